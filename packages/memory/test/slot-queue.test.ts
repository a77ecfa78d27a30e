/** The order of a queue is that in which slots were put into it, however the table has grown meanwhile. */
import { expect, test } from 'vitest'
import { SlotQueue } from '../src/slot-queue.ts'
import { SlotTable } from '../src/slot-table.ts'

test('what went in first comes out first, and what is taken out between leaves no gap', () => {
  const table = new SlotTable(100_000, false)
  const queue = new SlotQueue(table.links)
  const slots = Array.from({ length: 70_000 }, () => {
    const slot = table.take()
    queue.push(slot)
    return slot
  })
  for (const slot of slots) if (slot % 3 === 0) queue.remove(slot)
  const out: number[] = []
  for (; !queue.isEmpty; queue.remove(queue.oldest)) out.push(queue.oldest)
  expect(out).toEqual(slots.filter((slot) => slot % 3 !== 0))
})

test('a table that was emptied begins anew, small', () => {
  const table = new SlotTable(100_000, false)
  for (let at = 0; at < 1_000; at++) table.take()
  table.clear()
  const queue = new SlotQueue(table.links)
  for (let at = 0; at < 100; at++) queue.push(table.take())
  expect(queue.oldest).toBe(table.first)
})
