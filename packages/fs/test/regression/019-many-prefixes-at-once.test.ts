/** Of many invalidations by prefix or pattern at once each opened every file of the cache for itself. */
import { expect, onTestFinished, test } from 'vitest'
import { letGo } from '../../src/closing.ts'
import { openStore } from '../../src/open-store.ts'
import { planFs } from '../../src/options.ts'
import { RangeInvalidations } from '../../src/range-invalidation.ts'
import { newDirectory, openCache } from '../stores.ts'

const KEYS = Array.from({ length: 40 }, (_, at) => `user:${at}:name`)

function rangesIn(directory: string): RangeInvalidations {
  const store = openStore(planFs({ directory }))
  onTestFinished(() => letGo(store))
  return new RangeInvalidations(store)
}

test('what is asked for during a walk shares the next one', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  for (const key of KEYS) await cache.set(key, key)
  const ranges = rangesIn(directory)
  const asked: string[] = []
  const coverOf = (name: string, covered: string) => (key: string) => {
    asked.push(`${name} ${key}`)
    return key.endsWith(covered)
  }
  const nowMs = Date.now()
  await Promise.all([
    ranges.invalidate(coverOf('a', ':1:name'), nowMs),
    ranges.invalidate(coverOf('b', ':2:name'), nowMs),
    ranges.invalidate(coverOf('c', ':3:name'), nowMs),
  ])
  expect(asked.slice(0, KEYS.length).every((each) => each.startsWith('a '))).toBe(true)
  // Entry by entry, and not each for all entries. Each walk may come by twice.
  const [first = '', second = '', ...rest] = asked.filter((each) => !each.startsWith('a '))
  expect([first.slice(0, 2), second]).toEqual(['b ', first.replace('b ', 'c ')])
  expect(new Set([first, ...rest].filter((each) => each.startsWith('b '))).size).toBe(KEYS.length - 1)
  expect(await cache.getMany(KEYS.slice(0, 5))).toEqual(new Map([KEYS[0], KEYS[4]].map((key) => [key, key])))
  await Promise.all(['user:4:', 'user:5:'].map((prefix) => cache.invalidate({ prefix })))
  expect(await cache.get('user:4:name')).toBeUndefined()
  expect(await cache.get('user:6:name')).toBe('user:6:name')
})

test('a walk that fails fails those that share it, and not the next', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  for (const key of KEYS) await cache.set(key, key)
  const ranges = rangesIn(directory)
  const nowMs = Date.now()
  const fails = () => {
    throw new Error('a pattern of no use')
  }
  const outcomes = await Promise.allSettled([ranges.invalidate(fails, nowMs), ranges.invalidate(fails, nowMs)])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await ranges.invalidate((key) => key === KEYS[0], nowMs)
  expect(await cache.get(KEYS[0] ?? '')).toBeUndefined()
})

test('all that wait are told that it goes on, those of the next walk too, and nobody afterwards', async () => {
  const directory = newDirectory()
  const cache = openCache(directory)
  for (const key of KEYS) await cache.set(key, key)
  const ranges = rangesIn(directory)
  const told = { first: 0, next: 0 }
  const covers = () => false
  const first = ranges.invalidate(covers, Date.now(), () => told.first++)
  const next = ranges.invalidate(covers, Date.now(), () => told.next++)
  await first
  const { first: toldOfFirst } = told
  expect([toldOfFirst > 0, told.next > 0]).toEqual([true, true])
  await next
  expect(told.first).toBe(toldOfFirst)
})
