/** What is kept within so many bytes: what is asked for stays, what is not makes room, and newcomers wait for it. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ClockMap } from '@stowage/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/** Of 100 bytes, with four values of 25. */
function filled(): ClockMap<string> {
  const map = new ClockMap<string>(100)
  for (const key of ['a', 'b', 'c', 'd']) expect(map.set(key, key, 25)).toBe(true)
  return map
}

test('holds what was set last under each key, and what it takes last', () => {
  const map = filled()
  expect(map.set('a', 'A', 10)).toBe(true)
  expect(map.set('e', 'e', 15)).toBe(true)
  expect(['a', 'b', 'c', 'd', 'e'].map((key) => map.get(key))).toEqual(['A', 'b', 'c', 'd', 'e'])
})

/** Sets it until it is kept. @returns how often it had to wait */
function setAtLast(map: ClockMap<string>, key: string, bytes: number): number {
  for (let waits = 0; waits < 100; waits++) if (map.set(key, key, bytes)) return waits
  throw new Error(`no room for ${key} after a hundred tries`)
}

test('what came or was asked for since the hand was there stays once more, and the newcomer waits', () => {
  const map = filled()
  expect(setAtLast(map, 'e', 25)).toBe(4)
  expect(['a', 'b', 'c', 'd', 'e'].map((key) => map.get(key))).toEqual([undefined, 'b', 'c', 'd', 'e'])
  // All have been asked for by now.
  expect(setAtLast(map, 'f', 25)).toBe(4)
  expect(map.get('b')).toBe(undefined)
})

test('what nobody has asked for makes room, as much as is needed, oldest first', () => {
  const map = filled()
  expect(setAtLast(map, 'e', 25)).toBe(4)
  map.get('b')
  expect(map.set('f', 'f', 50)).toBe(false)
  expect(map.set('f', 'f', 50)).toBe(true)
  expect(['b', 'c', 'd', 'e', 'f'].map((key) => map.get(key))).toEqual(['b', undefined, undefined, 'e', 'f'])
})

test('what grows is not put out for its own sake, and stays as it was without room', () => {
  const map = filled()
  expect(map.set('a', 'A', 30)).toBe(false)
  expect(map.get('a')).toBe('a')
  for (let tries = 0; tries < 9; tries++) expect(map.set('b', 'B', 110)).toBe(false)
  expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual(['a', 'b', 'c', 'd'])
})

test('what grows is spared also when the hand comes to it for the second time', () => {
  const map = filled()
  for (let waits = 0; !map.set('a', 'A', 60); waits++) expect(waits).toBeLessThan(6)
  expect(['a', 'b', 'c', 'd'].map((key) => map.get(key))).toEqual(['A', undefined, undefined, 'd'])
})

test('more than fits, asked for in turn: some of it stays', () => {
  const map = new ClockMap<number>(100)
  let hits = 0
  for (let round = 0; round < 20; round++) {
    for (let key = 0; key < 15; key++) {
      if (map.get(`${key}`) === undefined) map.set(`${key}`, key, 10)
      else if (round > 2) hits++
    }
  }
  // Where each put out the next, there would be none.
  expect(hits).toBeGreaterThan(17 * 15 * 0.3)
})

test('never holds more than is allowed, and under each key what was set last or nothing', () => {
  const step = fc.record({ key: fc.constantFrom(...'abcdefgh'), bytes: fc.nat({ max: 60 }), isAsked: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const map = new ClockMap<number>(100)
      const last = new Map<string, { value: number; bytes: number }>()
      for (const [value, { key, bytes, isAsked }] of steps.entries()) {
        if (isAsked) map.get(key)
        if (map.set(key, value, bytes)) last.set(key, { value, bytes })
        // As much as is left fits, and no more.
        const leftBytes =
          100 - [...last].reduce((sum, [each, { bytes }]) => sum + (map.get(each) === undefined ? 0 : bytes), 0)
        expect([map.hasRoom('new', leftBytes), map.hasRoom('new', leftBytes + 1)]).toEqual([true, false])
      }
      const held = [...last].filter(([key]) => map.get(key) !== undefined)
      for (const [key, { value }] of held) expect(map.get(key)).toBe(value)
      expect(held.reduce((sum, [, { bytes }]) => sum + bytes, 0)).toBeLessThanOrEqual(100)
    }),
  )
})

test('nothing of what was cleared stays in memory, whatever was put out before', async () => {
  setFlagsFromString('--expose-gc')
  for (const isFull of [false, true]) {
    const map = new ClockMap<object>(1_000)
    const refs = Array.from({ length: 50 }, (_, key) => {
      const value = { key }
      map.set(`${key}`, value, isFull ? 25 : 10)
      return new WeakRef(value)
    })
    map.clear()
    await new Promise((resolve) => setImmediate(resolve))
    runInNewContext("gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })")
    expect(refs.filter((ref) => ref.deref() !== undefined)).toEqual([])
    map.set('a', {}, 10)
  }
})

test('cleared, it holds nothing, and as much as before fits again', () => {
  const map = filled()
  map.get('a')
  map.clear()
  expect(['a', 'b'].map((key) => map.get(key))).toEqual([undefined, undefined])
  for (const key of ['e', 'f', 'g', 'h']) expect(map.set(key, key, 25)).toBe(true)
  expect(setAtLast(map, 'i', 25)).toBe(4)
  expect(map.get('e')).toBe(undefined)
})
