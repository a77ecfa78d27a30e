/** What survives close and reopening. */
import type { Backend } from '@stowage/core'
import { describe, expect, test } from 'vitest'
import { held, NOW_MS, put, sweepAll } from './entries.ts'
import { expectConsistent } from './inspection.ts'
import { attach, newPath } from './stores.ts'

/** Runs each step on a backend of its own, one after the other on the same file. */
async function inTurns(path: string, ...steps: ((backend: Backend) => Promise<unknown>)[]): Promise<void> {
  for (const step of steps) {
    const backend = attach(path)
    await step(backend)
    await backend.close()
  }
}

describe.each(['relaxed', 'strict'] as const)('durability %s', (durability) => {
  test('entries survive', async () => {
    const path = newPath()
    const first = attach(path, { durability })
    await put(first, 'key', { kept: [1, 2] }, { tags: ['t'] })
    await first.close()
    expect(await held(attach(path, { durability }), 'key')).toEqual({ kept: [1, 2] })
  })
})

test.each([
  ['tags', { tags: ['t'] }],
  ['prefix', { prefix: 'ke' }],
  ['pattern', { pattern: 'k*', root: '' }],
  ['all', { all: true as const }],
])('an invalidation of %s survives, swept or not', async (_, target) => {
  const path = newPath()
  await inTurns(
    path,
    async (backend) => put(backend, 'key', 'old', { tags: ['t'] }),
    async (backend) => backend.invalidate(target, NOW_MS),
    async (backend) => expect(await held(backend, 'key')).toMatch(/^miss/),
    sweepAll,
    async (backend) => expect(await held(backend, 'key')).toBe('miss: absent'),
  )
  expectConsistent(path)
})

test('a lease taken before still writes, and is still fenced by what happens after', async () => {
  const path = newPath()
  const first = attach(path)
  const [free, deleted, tagged] = [
    await first.lease('free', 'fence', 1_000, NOW_MS),
    await first.lease('deleted', 'fence', 1_000, NOW_MS),
    await first.lease('tagged', 'fence', 1_000, NOW_MS),
  ]
  await first.close()
  const second = attach(path)
  await second.delete('deleted', NOW_MS, undefined)
  await second.invalidate({ tags: ['t'] }, NOW_MS)
  await sweepAll(second)
  await second.close()
  const third = attach(path)
  expect(await put(third, 'free', 1, { lease: free })).toBe('stored')
  expect(await put(third, 'deleted', 1, { lease: deleted })).toBe('superseded')
  expect(await put(third, 'tagged', 1, { lease: tagged, tags: ['t'] })).toBe('superseded')
})

test('an exclusive lease that its holder did not give back keeps others out until it ends', async () => {
  const path = newPath()
  const first = attach(path)
  expect(await first.lease('key', 'exclusive', 1_000, NOW_MS)).toBeDefined()
  await first.close()
  const second = attach(path)
  expect(await second.lease('key', 'exclusive', 1_000, NOW_MS + 999)).toBeUndefined()
  expect(await second.lease('key', 'exclusive', 1_000, NOW_MS + 1_000)).toBeDefined()
})
