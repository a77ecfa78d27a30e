/** What the store takes of the disk, told from the numbers that SQLite and the filesystem give. */
import { truncateSync, writeFileSync } from 'node:fs'
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { Database, Statement } from '../src/database.ts'
import { PAGE_BYTES, rowBytes, Space } from '../src/space.ts'
import { newPath } from './stores.ts'
import { turnOf } from './turns.ts'

const ROOM_PAGES = 10_000

/** A database of so many pages, which shortens itself as SQLite does. */
class Pages implements Database {
  readonly inTransaction = true
  count = 100
  freeCount = 0
  lookCount = 0

  prepare<Parameters extends unknown[], Row>(sql: string): Statement<Parameters, Row> {
    const get = (): Row | undefined => {
      this.lookCount++
      return (sql === 'PRAGMA page_count' ? { page_count: this.count } : { freelist_count: this.freeCount }) as Row
    }
    return { get, all: () => [], run: () => ({ changes: 0, lastInsertRowid: 0 }) }
  }

  pragma(sql: string): unknown {
    const asked = Number(/incremental_vacuum\((-?\d+)\)/.exec(sql)?.[1])
    // All of them, to SQLite.
    const limit = asked < 1 ? Number.POSITIVE_INFINITY : asked
    const givenBack = Math.min(limit, this.freeCount)
    this.count -= givenBack
    this.freeCount -= givenBack
    return undefined
  }

  exec(): void {}
  close(): void {}
}

let pages: Pages
let path: string
let space: Space

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  pages = new Pages()
  path = newPath()
  writeFileSync(path, '')
  space = new Space(pages, path, ROOM_PAGES * PAGE_BYTES)
})

test('pages in use, value files and what is needed fit to the byte; free pages do not count', () => {
  pages.count = ROOM_PAGES
  pages.freeCount = 100
  const turn = turnOf({ fileBytes: 40 * PAGE_BYTES })
  expect(space.fits(turn, 60 * PAGE_BYTES)).toBe(true)
  expect(space.fits(turn, 60 * PAGE_BYTES + 1)).toBe(false)
  expect(space.fits(turnOf({ fileBytes: 40 * PAGE_BYTES + 1 }), 60 * PAGE_BYTES)).toBe(false)
})

test('where much is left, a look holds for a millisecond; where little is left, each write looks', () => {
  expect(space.fits(turnOf(), 0)).toBe(true)
  const looksOnce = pages.lookCount
  vi.advanceTimersByTime(0.9)
  expect(space.fits(turnOf(), 0)).toBe(true)
  expect(pages.lookCount).toBe(looksOnce)
  vi.advanceTimersByTime(0.2)
  expect(space.fits(turnOf(), 0)).toBe(true)
  expect(pages.lookCount).toBe(2 * looksOnce)
  const ample = 8_388_608 / PAGE_BYTES
  expect(space.fits(turnOf(), (ROOM_PAGES - 100 - ample) * PAGE_BYTES)).toBe(true)
  expect(pages.lookCount).toBe(2 * looksOnce)
  expect(space.fits(turnOf(), (ROOM_PAGES - 100 - ample) * PAGE_BYTES + 1)).toBe(true)
  expect(pages.lookCount).toBe(3 * looksOnce)
})

test('free pages are given back only as far as the file is too long, in steps', () => {
  pages.count = ROOM_PAGES + 50
  pages.freeCount = 200
  expect(space.giveBack(turnOf(), 30)).toBe(true)
  expect([pages.count, pages.freeCount]).toEqual([ROOM_PAGES + 20, 170])
  expect(space.giveBack(turnOf(), 30)).toBe(false)
  expect([pages.count, pages.freeCount]).toEqual([ROOM_PAGES, 150])
  expect(space.giveBack(turnOf(), 30)).toBe(false)
  expect([pages.count, pages.freeCount]).toEqual([ROOM_PAGES, 150])
})

test('value files make the file too long, and it cannot give back more than is free', () => {
  pages.count = ROOM_PAGES
  pages.freeCount = 20
  const turn = turnOf({ fileBytes: 40 * PAGE_BYTES })
  expect(space.giveBack(turn, 30)).toBe(false)
  expect([pages.count, pages.freeCount]).toEqual([ROOM_PAGES - 20, 0])
})

test('where nothing can be moved, as in a file that was begun otherwise, there is no end to wait for', () => {
  pages.pragma = () => undefined
  pages.count = ROOM_PAGES + 50
  pages.freeCount = 200
  expect(space.giveBack(turnOf(), 30)).toBe(false)
})

test('a file is too long by its pages, or by what a checkpoint has not cut off yet', () => {
  pages.count = ROOM_PAGES - 10
  expect(space.isTooLong(turnOf({ fileBytes: 4 * PAGE_BYTES }), 6 * PAGE_BYTES)).toBe(false)
  expect(space.isTooLong(turnOf({ fileBytes: 4 * PAGE_BYTES }), 6 * PAGE_BYTES + 1)).toBe(true)
  expect(space.isTooLong(turnOf({ fileBytes: 4 * PAGE_BYTES + 1 }), 6 * PAGE_BYTES)).toBe(true)
  truncateSync(path, ROOM_PAGES * PAGE_BYTES)
  expect(space.isTooLong(turnOf(), 0)).toBe(false)
  truncateSync(path, ROOM_PAGES * PAGE_BYTES + 1)
  expect(space.isTooLong(turnOf(), 0)).toBe(true)
})

test('it is behind by so many pages at least, and only where that makes it too long', () => {
  pages.count = ROOM_PAGES - 3
  truncateSync(path, (ROOM_PAGES + 1) * PAGE_BYTES)
  expect(space.isBehind(turnOf(), 4)).toBe(true)
  expect(space.isBehind(turnOf(), 5)).toBe(false)
  truncateSync(path, ROOM_PAGES * PAGE_BYTES)
  expect(space.isBehind(turnOf(), 1)).toBe(false)
})

test('a row takes whole pages, and two for its indexes; one that gets shorter needs no more than these', () => {
  expect([-5_000, 0, 1, PAGE_BYTES, PAGE_BYTES + 1].map(rowBytes)).toEqual([2, 2, 3, 3, 4].map((at) => at * PAGE_BYTES))
})
