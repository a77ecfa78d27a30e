/** Regression: large values that were being written when the backend was closed were lost, each with an error, and left the room they had set aside counted for ever. */
import { closeSync, openSync, writeSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openBackend } from '../../src/fs-backend.ts'
import { Layout } from '../../src/layout.ts'
import { planFs } from '../../src/options.ts'
import { entryOf } from '../bare-backend.ts'
import { newDirectory, openCache } from '../stores.ts'

const NOW_MS = Date.now()
const LARGE = Buffer.alloc(1_500_000, 1)
/** More than are written at once. */
const KEYS = Array.from({ length: 12 }, (_, at) => `key ${at}`)

test.each(['relaxed', 'strict'] as const)('a closing waits for them: %s', async (durability) => {
  const directory = newDirectory()
  const backend = openBackend(planFs({ directory, durability }))
  const order: string[] = []
  const sets = KEYS.map(async (key) => {
    const outcome = await backend.set(key, entryOf(key, LARGE, NOW_MS), NOW_MS, undefined)
    order.push('set')
    return outcome
  })
  await backend.close()
  expect(order).toHaveLength(KEYS.length)
  expect(new Set(await Promise.all(sets))).toEqual(new Set(['stored']))
  const cache = openCache(directory)
  expect(await cache.check()).toMatchObject({ entries: KEYS.length, torn: 0, wrong: 0, orphans: 0 })
})

test('what is asked for while it closes is refused at once', async () => {
  const backend = openBackend(planFs({ directory: newDirectory() }))
  const put = async (key: string) => backend.set(key, entryOf(key, LARGE, NOW_MS), NOW_MS, undefined)
  const first = put('first')
  const closing = backend.close()
  await expect(put('late')).rejects.toThrow(/closed/)
  expect(await first).toBe('stored')
  await closing
})

test('a deletion has reached the disk when the closing ends', async () => {
  const backend = openBackend(planFs({ directory: newDirectory(), durability: 'strict' }))
  await backend.set('key', entryOf('key', LARGE, NOW_MS), NOW_MS, undefined)
  let isDeleted: boolean | undefined
  const deleting = Promise.resolve(backend.delete('key', NOW_MS, undefined)).then((answer) => {
    isDeleted = answer
  })
  await backend.close()
  expect(isDeleted).toBe(true)
  await deleting
})

test('a large value that turns out to be damaged is a miss, as at any other time', async () => {
  const directory = newDirectory()
  const backend = openBackend(planFs({ directory }))
  await backend.set('key', entryOf('key', LARGE, NOW_MS), NOW_MS, undefined)
  const file = openSync(new Layout(directory).placeOf('key').path, 'r+')
  writeSync(file, 'damage', 1_000_000)
  closeSync(file)
  const reading = backend.get('key', NOW_MS)
  await backend.close()
  expect(await reading).toBe('undecodable')
})
