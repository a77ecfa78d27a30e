/** Which keys a set of invalidations by prefix and pattern covers. */
import { expect, test } from 'vitest'
import { CoverSet } from '../src/cover-set.ts'

const all = (prefix: string) => ({ prefix, covers: undefined, pattern: undefined })
const ending = (prefix: string, end: string) => ({
  prefix,
  covers: (key: string) => key.endsWith(end),
  pattern: `${prefix}*${end}`,
})

test('keys that begin as one of them does and were written before it', () => {
  const covers = new CoverSet()
  expect([covers.isEmpty, covers.isCovered('a', 0)]).toEqual([true, false])
  covers.add(all('user:1:'), 5)
  covers.add(all('order'), 7)
  expect(covers.isEmpty).toBe(false)
  const asked: [string, number][] = [
    ['user:1:a', 4],
    ['user:1:a', 5],
    ['user:1', 4],
    ['user:12:a', 4],
    ['order', 6],
    ['orde', 6],
  ]
  expect(asked.map(([key, sequence]) => covers.isCovered(key, sequence))).toEqual([
    true,
    false,
    false,
    false,
    true,
    false,
  ])
})

test('patterns beside each other and beside a prefix, each as of its own place', () => {
  const covers = new CoverSet()
  covers.add(ending('user:', ':a'), 3)
  covers.add(ending('user:', ':b'), 6)
  covers.add(ending('', '!'), 6)
  expect(covers.weight).toBe(3)
  expect(['user:1:a', 'user:1:b', 'user:1:c', 'x!'].map((key) => covers.isCovered(key, 4))).toEqual([
    false,
    true,
    false,
    true,
  ])
  covers.add(all('user:'), 9)
  expect(['user:1:a', 'user:1:c', 'use'].map((key) => covers.isCovered(key, 8))).toEqual([true, true, false])
  expect(covers.isCovered('user:1:a', 9)).toBe(false)
})

test('a thousand prefixes of one length cost a look as much as one', () => {
  const covers = new CoverSet()
  for (let at = 1_000; at < 2_000; at++) covers.add(all(`user:${at}:`), 5)
  expect(covers.weight).toBe(1)
  expect(covers.isCovered('user:1999:x', 4)).toBe(true)
  expect(covers.isCovered('user:2000:x', 4)).toBe(false)
})

test('where a look would cost too much, everything written before is taken for covered, and nothing after', () => {
  const covers = new CoverSet()
  for (let at = 0; at <= 1_000; at++) covers.add(ending('', `${at}`), at + 1)
  expect(covers.weight).toBe(1)
  expect([covers.isCovered('none', 1_000), covers.isCovered('none', 1_001)]).toEqual([true, false])
})

test('a pattern that comes again counts once, as of its last place', () => {
  const covers = new CoverSet()
  for (let at = 0; at <= 1_000; at++) covers.add(ending('user:', ':a'), at + 1)
  expect(covers.weight).toBe(1)
  expect([covers.isCovered('user:1:a', 1_000), covers.isCovered('user:1:b', 1_000)]).toEqual([true, false])
})
