/** What a cache without a limit by bytes says it takes: weighed when asked for, and no write pays for it. */
import { type MemoryOptions, memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { entryOf } from './entries.ts'

const textOf = (at: number) => 'x'.repeat((at * 7919) % 3_000)

function filled(entryCount: number, limits: Omit<MemoryOptions, 'maxEntries'>) {
  const backend = memoryBackend({ maxEntries: 30_000, ...limits })
  for (let at = 0; at < entryCount; at++) {
    void backend.set(`key ${at}`, entryOf({ at, text: textOf(at) }, [`tag ${at % 5}`]), 0, undefined)
  }
  return backend
}

test.each([0, 1, 1_024])('%i entries are counted to the byte', async (entryCount) => {
  const [asked, weighed] = [filled(entryCount, {}), filled(entryCount, { maxBytes: '1GiB' })]
  expect((await asked.usage(0)).sizeBytes).toBe((await weighed.usage(0)).sizeBytes)
})

test('of more a sample tells, and a check counts them all', async () => {
  const [asked, weighed] = [filled(20_000, {}), filled(20_000, { maxBytes: '1GiB' })]
  const { sizeBytes } = await weighed.usage(0)
  const estimate = (await asked.usage(0)).sizeBytes / sizeBytes
  expect(estimate).toBeGreaterThan(0.9)
  expect(estimate).toBeLessThan(1.1)
  let countedBytes = 0
  for await (const { bytes } of asked.check(false, 0)) countedBytes += bytes
  expect(countedBytes).toBe(sizeBytes)
})

test('the few that are left where there were many are found', async () => {
  const backend = filled(20_000, {})
  const few = filled(3, {})
  for (let at = 3; at < 20_000; at++) void backend.delete(`key ${at}`, 0, undefined)
  expect((await backend.usage(0)).sizeBytes).toBeGreaterThanOrEqual((await few.usage(0)).sizeBytes)
})

test('those left in a pattern that the sample steps over are found', async () => {
  const [asked, weighed] = [filled(20_000, {}), filled(20_000, { maxBytes: '1GiB' })]
  for (const backend of [asked, weighed]) {
    for (let at = 0; at < 20_000; at++) if (at % 4 !== 2) void backend.delete(`key ${at}`, 0, undefined)
  }
  const estimate = (await asked.usage(0)).sizeBytes / (await weighed.usage(0)).sizeBytes
  expect(estimate).toBeGreaterThan(0.9)
  expect(estimate).toBeLessThan(1.1)
})

test('a value is not looked at when it is written, and one that cannot be measured counts without its parts', async () => {
  const backend = memoryBackend({ maxEntries: 10 })
  const hostile = {
    get part(): number {
      throw new Error('not today')
    },
  }
  expect(await backend.set('bad', entryOf(hostile), 0, undefined)).toBe('stored')
  expect((await backend.usage(0)).sizeBytes).toBeGreaterThan(0)
})
