/** Regression: `followInvalidations` and `responseMeta` without what they need ended in a bare TypeError that named nothing, the first in part only when its subscription had begun. */
import { UsageError } from '@stowage/core'
import { responseMeta } from '@stowage/trpc'
import { followInvalidations } from '@stowage/trpc/client'
import { QueryClient } from '@tanstack/query-core'
import { expect, test, vi } from 'vitest'

const queryClient = new QueryClient()
const subscription = { subscribe: () => ({ unsubscribe: () => undefined }) }

test.each<[readonly unknown[], string]>([
  [[], 'undefined is not an options object'],
  [[null], 'null is not an options object'],
  [['/trpc'], '/trpc is not an options object'],
  [[{}], 'queryClient: undefined is not allowed; allowed: a QueryClient'],
  [[{ queryClient: {}, subscription }], 'queryClient: an object is not allowed'],
  [[{ queryClient }], 'subscription: undefined is not allowed; allowed: the procedure at the client'],
  [[{ queryClient, subscription: null }], 'subscription: null is not allowed'],
  [[{ queryClient, subscription, pathOf: 'posts' }], 'pathOf: posts is not allowed; allowed: a function'],
  [[{ queryClient, subscription, paths: [] }], "unknown option 'paths'; allowed: queryClient, subscription, pathOf"],
])('%j is refused by name', (given, message) => {
  const subscribe = vi.spyOn(subscription, 'subscribe')
  const attempt = (): unknown => Reflect.apply(followInvalidations, undefined, given)
  expect(attempt).toThrow(`followInvalidations: ${message}`)
  expect(subscribe).not.toHaveBeenCalled()
})

test('a procedure at a client is a proxy of a function', () => {
  const procedure = Object.assign(() => undefined, subscription)
  expect(() => followInvalidations({ queryClient, subscription: procedure })()).not.toThrow()
})

test.each<[readonly unknown[], string]>([
  [[], 'undefined'],
  [[null], 'null'],
  [[{ type: 'query' }], 'an object'],
])('%j is not what tRPC tells', (given, shown) => {
  const attempt = (): unknown => Reflect.apply(responseMeta, undefined, given)
  expect(attempt).toThrow(UsageError)
  expect(attempt).toThrow(`responseMeta: ${shown} is not allowed; allowed: what tRPC tells its responseMeta`)
})
