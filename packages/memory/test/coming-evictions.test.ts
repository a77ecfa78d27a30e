/** Looking ahead at what will be evicted: how far, and how often. */
import { expect, test } from 'vitest'
import { ComingEvictions } from '../src/coming-evictions.ts'
import { SlotTable } from '../src/slot-table.ts'

const MANY = 2 ** 15

function queued(...keys: string[]): SlotTable {
  const table = new SlotTable(100, false)
  let newest = 0
  for (const key of keys) {
    const slot = table.take()
    table.pageOf(slot).keys[slot] = key
    table.links.link(slot, newest)
    if (newest !== 0) table.links.setNewer(newest, slot)
    newest = slot
  }
  return table
}

test('what is seen are the keys of a queue shorter than a look, and of a longer one the first eight', () => {
  const two = new ComingEvictions(queued('a', 'bc'))
  two.lookAhead(1, MANY)
  // Each slot without a value counts one.
  expect(two.seen).toBe('a'.length + 'bc'.length + 2)
  const ten = new ComingEvictions(queued(...Array.from({ length: 10 }, () => 'key')))
  ten.lookAhead(1, MANY)
  expect(ten.seen).toBe(8 * 'key'.length + 8)
  const empty = new ComingEvictions(queued())
  empty.lookAhead(0, MANY)
  expect(empty.seen).toBe(0)
})

test('a look is taken once in eight evictions, and none where all that is held is at hand anyway', () => {
  const table = queued('a')
  const coming = new ComingEvictions(table)
  coming.lookAhead(1, MANY - 1)
  expect(coming.seen).toBe(0)
  coming.lookAhead(1, MANY)
  expect(coming.seen).toBe(2)
  table.pageOf(1).keys[1] = 'longer'
  for (let eviction = 0; eviction < 7; eviction++) coming.lookAhead(1, MANY)
  expect(coming.seen).toBe(2)
  coming.lookAhead(1, MANY)
  expect(coming.seen).toBe(7)
})
