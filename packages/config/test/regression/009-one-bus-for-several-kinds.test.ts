/** Regression: a bus that several kinds were given was closed with the first of them: the others told nobody what they changed, and heard nothing. */
import { createCaches, openBus } from '@stowage/config'
import type { Bus } from '@stowage/core'
import { createFakeClock, TestBus } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

function setUp() {
  const line = new TestBus()
  const given = line.attach()
  const [publish, close] = [given.publish.bind(given), given.close.bind(given)]
  const done: string[] = []
  const bus: Bus = Object.assign(given, {
    publish(message: Parameters<typeof publish>[0]) {
      done.push(JSON.stringify(message.change))
      return publish(message)
    },
    close() {
      done.push('closed')
      return close()
    },
  })
  const clock = createFakeClock()
  return { bus, done, clock }
}

test('a bus of several kinds is closed with the last of them', async () => {
  const { bus, done, clock } = setUp()
  const settings = { directory: tempFolder(), clock, defaults: { ttl: '1h', bus } } as const
  const caches = await createCaches({ ...settings, kinds: { first: {}, second: {} } })
  await caches.first.close()
  expect(done).toEqual([])
  await caches.second.delete('key')
  expect(done).toHaveLength(1)
  await caches.close()
  expect(done).toHaveLength(2)
  expect(done.at(-1)).toBe('closed')
})

test('what one kind still has to tell on closing is told though another is closed by then', async () => {
  const { bus, done, clock } = setUp()
  const settings = { directory: tempFolder(), clock, defaults: { ttl: '1h', bus } } as const
  const caches = await createCaches({ ...settings, kinds: { idle: {}, busy: { write: 'behind' } } })
  await caches.busy.set('key', 'value')
  done.length = 0
  await caches.close()
  expect(done).toHaveLength(2)
  expect(done.at(-1)).toBe('closed')
})

test('where one kind cannot be opened, the bus of all is closed', async () => {
  const { bus, done, clock } = setUp()
  const kinds = { first: {}, second: { shards: 65 } }
  const settings = { directory: tempFolder(), clock, defaults: { ttl: '1h', bus } } as const
  await expect(createCaches({ ...settings, kinds })).rejects.toThrow('shards')
  expect(done).toEqual(['closed'])
})

test('one that closes it twice counts once', async () => {
  const { bus, done } = setUp()
  const [one, other] = await Promise.all([openBus(bus, undefined, undefined), openBus(bus, undefined, undefined)])
  await one?.close()
  await one?.close()
  expect(done).toEqual([])
  await other?.close()
  expect(done).toEqual(['closed'])
})
