/** Regression: a bus of the user's own that was frozen was refused with a TypeError about a proxy. */
import { createCaches } from '@stowage/config'
import type { Bus } from '@stowage/core'
import { createFakeClock, TestBus } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { tempFolder } from '../temp-folder.ts'

test('a frozen bus is told what several kinds change, and closed with the last of them', async () => {
  const given = new TestBus().attach()
  const done: string[] = []
  const bus: Bus = Object.freeze<Bus>({
    publish(message) {
      done.push('told')
      return given.publish(message)
    },
    subscribe: (listener) => given.subscribe(listener),
    onGap: (listener) => given.onGap(listener),
    close() {
      done.push('closed')
      return given.close()
    },
  })
  const settings = { directory: tempFolder(), clock: createFakeClock(), defaults: { ttl: '1h', bus } } as const
  const caches = await createCaches({ ...settings, kinds: { first: {}, second: {} } })
  await caches.first.delete('key')
  await caches.first.close()
  await caches.second.delete('key')
  await caches.close()
  expect(done).toEqual(['told', 'told', 'closed'])
})
