/** Regression: each load's context made V8 a hidden class, and a getter's view of the load lived until the next collection of the whole heap. */
import { createCache, type LoadContext } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'

test('all contexts have one getter, and loaders can still take the parts out', async () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h' })
  const contexts: LoadContext[] = []
  const load = async (context: LoadContext) => {
    contexts.push(context)
    const { key, signal, skip, stale, background } = context
    expect([signal.aborted, stale, background]).toEqual([false, undefined, false])
    return skip(key)
  }
  expect(await cache.getOrSet('one', load)).toBe('one')
  expect(await cache.getOrSet('other', load)).toBe('other')
  const [one, other] = contexts
  const [signalOfOne, ...others] = contexts.map((context) => Object.getOwnPropertyDescriptor(context, 'signal'))
  expect(others).toEqual([signalOfOne])
  expect(Object.keys(one ?? {})).toEqual(Object.keys(other ?? {}))
  expect(one?.signal).toBe(one?.signal)
  expect(one?.signal).not.toBe(other?.signal)
})
