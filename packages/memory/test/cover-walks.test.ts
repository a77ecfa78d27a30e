/** Invalidation by prefix and pattern in a cache too large to be walked in one go; listing one. */
import type { Backend } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { entryOf } from './entries.ts'

const ENTRY_COUNT = 20_000
const LAST = ENTRY_COUNT - 1
/** Far enough away that a glance at a word tells freshness (hit-words.ts). */
const LATER = { staleAtMs: 1e9, errorOnlyAtMs: 1e9, expireAtMs: 1e9 }

async function filled(): Promise<Backend> {
  const backend = memoryBackend({ maxEntries: ENTRY_COUNT })
  for (let at = 0; at < ENTRY_COUNT; at++) {
    await backend.set(
      `${at % 2 === 0 ? 'even' : 'odd'}:${at}`,
      entryOf(at, at % 3 === 0 ? ['t'] : [], LATER),
      0,
      undefined,
    )
  }
  return backend
}

const entryCountOf = async (backend: Backend) => (await backend.usage(0)).entryCount

async function untilAtRest(backend: Backend, entryCount: number): Promise<void> {
  while ((await entryCountOf(backend)) > entryCount) await new Promise(setImmediate)
}

test.each([
  ['a prefix', { prefix: 'odd' }],
  ['a pattern', { pattern: 'o?d:*', root: '' }],
] as const)(
  '%s: nothing covered is served from the first moment, and the loop turns before all is gone',
  async (_, target) => {
    const backend = await filled()
    const removals: string[] = []
    backend.onRemoval((key, cause) => removals.push(`${key} ${cause}`))
    const lease = await backend.lease(`odd:${LAST}`, 'fence', 1_000, 0)
    await backend.invalidate(target, 0)
    expect(await entryCountOf(backend)).toBeGreaterThan(ENTRY_COUNT / 2)
    expect(backend.getSync(`odd:${LAST}`, 0, 'use')).toBeUndefined()
    expect(await backend.get(`odd:${LAST}`, 0)).toBe('invalidated')
    expect(backend.getSync(`even:${LAST - 1}`, 0, 'use')).toBe(LAST - 1)
    expect(await backend.set(`odd:${LAST}`, entryOf('late'), 0, lease)).toBe('superseded')
    await backend.set(`odd:${LAST - 2}`, entryOf('new', [], LATER), 0, undefined)
    expect(backend.getSync(`odd:${LAST - 2}`, 0, 'use')).toBe('new')
    const listed = await Array.fromAsync(backend.scan({ prefix: 'odd', tag: undefined }, 0))
    expect(listed.map(({ key }) => key)).toEqual([`odd:${LAST - 2}`])
    await untilAtRest(backend, ENTRY_COUNT / 2 + 1)
    expect(backend.getSync(`odd:${LAST - 2}`, 0, 'use')).toBe('new')
    expect(new Set(removals).size).toBe(ENTRY_COUNT / 2 - 1)
    expect(removals).toHaveLength(ENTRY_COUNT / 2 - 1)
    expect(removals).toContain('odd:1 invalidated')
  },
)

test('clearing and closing end a walk', async () => {
  const backend = await filled()
  await backend.invalidate({ prefix: 'odd' }, 0)
  await backend.invalidate({ all: true }, 0)
  await backend.set('odd:1', entryOf('new', [], LATER), 0, undefined)
  await new Promise(setImmediate)
  expect(backend.getSync('odd:1', 0, 'use')).toBe('new')
  await backend.close()
})

test('listing lets the loop turn, however few match', async () => {
  const backend = await filled()
  let turnCount = 0
  let isListing = true
  const turn = () => {
    turnCount++
    if (isListing) setImmediate(turn)
  }
  setImmediate(turn)
  expect(await Array.fromAsync(backend.scan({ prefix: `odd:${LAST}`, tag: undefined }, 0))).toHaveLength(1)
  isListing = false
  expect(turnCount).toBeGreaterThanOrEqual(4)
})
