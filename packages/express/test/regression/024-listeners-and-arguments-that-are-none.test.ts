/** Regression: a listener that failed later, as an async one does, ended the process; an event of another name, a listener that is no function and a purge router without options ended in a bare TypeError, there and then or at the first event. */
import { ConfigError, UsageError } from '@stowage/core'
import { httpCache, purgeRouter } from '@stowage/express'
import { expect, test } from 'vitest'
import { counting, servedApp } from '../served-app.ts'

test('what a listener fails with later is a fault, too', async () => {
  const { ask, middleware } = await servedApp(counting({ 'Cache-Control': 'max-age=60' }))
  const faults: unknown[] = []
  const late = new Error('no room in the log')
  call(middleware, 'on', ['store', () => Promise.reject(late)])
  middleware.on('fault', ({ error }) => void faults.push(error))
  call(middleware, 'on', ['fault', () => Promise.reject(new Error('nor here'))])
  expect((await ask('/a')).status).toBe(200)
  await expect.poll(() => faults).toEqual([late])
})

test.each<[string, readonly unknown[]]>([
  ["'hit'", ['hit', () => undefined]],
  ["'constructor'", ['constructor', () => undefined]],
  ["'__proto__'", ['__proto__', () => undefined]],
  ['undefined', ['store']],
  ["'x'", ['store', 'x']],
])('%s is no event, or no listener', async (shown, given) => {
  const { cache } = await servedApp(counting({}))
  const attempt = (): unknown => call(httpCache({ cache }), 'on', given)
  expect(attempt).toThrow(UsageError)
  expect(attempt).toThrow(
    `on: ${shown} is not allowed; allowed: one of decision, store, unkeyed, fault, and a function`,
  )
})

test('a purge router is told its options by name', async () => {
  const { cache } = await servedApp(counting({}))
  const made = (options?: unknown) => (): unknown => Reflect.apply(purgeRouter, undefined, [options])
  expect(made()).toThrow(ConfigError)
  expect(made()).toThrow('purgeRouter: undefined is not an options object')
  expect(made({ cache, authorise: () => true })).toThrow("purgeRouter: unknown option 'authorise'")
})

/** As callers without types do. */
function call(on: object, method: string, given: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(on, method)
  if (typeof found !== 'function') throw new Error(`no method ${method}`)
  return Reflect.apply(found, on, given)
}
