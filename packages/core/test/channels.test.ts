/** Node's diagnostics channels: the same events for tools that never see the cache, and a trace round every load. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import { type Cache, createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { beforeEach, expect, onTestFinished, test } from 'vitest'

let cache: Cache

beforeEach(() => {
  cache = createCache({ backend: new ReferenceBackend(), ttl: '1m', name: 'panels', clock: createFakeClock() })
})

/** What is published on a channel during the test. */
function messagesOf(name: string): unknown[] {
  const messages: unknown[] = []
  const hear = (message: unknown) => messages.push(message)
  subscribe(name, hear)
  onTestFinished(() => {
    unsubscribe(name, hear)
  })
  return messages
}

test('an event goes to its channel with the name of the cache', async () => {
  const lookups = messagesOf('stowage:lookup')
  const writes = messagesOf('stowage:write')
  const invalidations = messagesOf('stowage:invalidate')
  await cache.set('key', 1)
  await cache.get('key')
  await cache.get('other')
  await cache.invalidate({ tags: ['t'] })
  expect(lookups).toEqual([
    { cache: 'panels', key: 'key', outcome: 'hit', tier: 'reference' },
    { cache: 'panels', key: 'other', outcome: 'miss', reason: 'absent' },
  ])
  expect(writes).toEqual([{ cache: 'panels', key: 'key', outcome: 'stored' }])
  expect(invalidations).toEqual([{ cache: 'panels', target: { tags: ['t'] } }])
})

test('the tracing channel goes round the loader, also a failing one, and carries its context into it', async () => {
  const spans = new AsyncLocalStorage<string>()
  const channel = tracingChannel('stowage:load')
  const seen: string[] = []
  const note = (phase: string) => (message: object) => {
    seen.push(
      `${phase} ${'key' in message ? String(message.key) : ''} ${'error' in message ? 'with error' : ''}`.trim(),
    )
  }
  const subscribers = {
    start: note('start'),
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  }
  channel.subscribe(subscribers)
  channel.start.bindStore(spans, () => 'span of the load')
  onTestFinished(() => {
    channel.unsubscribe(subscribers)
    channel.start.unbindStore(spans)
  })
  expect(await cache.getOrSet('key', async () => spans.getStore())).toBe('span of the load')
  expect(seen).toEqual(['start key', 'end key', 'asyncStart key', 'asyncEnd key'])
  seen.length = 0
  await expect(cache.getOrSet('bad', () => Promise.reject(new Error('source is down')))).rejects.toThrow('down')
  expect(seen).toEqual([
    'start bad',
    'end bad',
    'error bad with error',
    'asyncStart bad with error',
    'asyncEnd bad with error',
  ])
})
