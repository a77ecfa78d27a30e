/** Figures that several holders of the lock read and write: each goes by what the one before has left. */
import { writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { Counts } from '../src/counts.ts'
import { tempFolder } from './temp-folder.ts'

const START = 7
const COUNTED = { entryCount: 2, entryBytes: 8_192, tempBytes: 0 }
const ADDED = { entryCount: 1, entryBytes: 4_096, tempBytes: 4_096 }

function shared(): { readonly path: string; readonly open: () => Counts } {
  const folder = tempFolder()
  onTestFinished(() => folder.remove())
  const path = folder.file('counts')
  return {
    path,
    open() {
      const counts = new Counts(path, START)
      onTestFinished(() => counts.close())
      counts.load()
      return counts
    },
  }
}

test('what another has written is in the sum, and so is what one has changed oneself', () => {
  const { open } = shared()
  const one = open()
  one.settle(3, COUNTED)
  one.save()
  const other = open()
  expect(other.total()).toEqual(COUNTED)
  other.add(4, ADDED)
  expect(other.total()).toEqual({ entryCount: 3, entryBytes: 12_288, tempBytes: 4_096 })
  other.save()
  one.load()
  expect(one.total()).toEqual(other.total())
  one.add(3, { entryCount: -1, entryBytes: -4_096 })
  one.save()
  other.load()
  expect(other.total()).toEqual({ entryCount: 2, entryBytes: 8_192, tempBytes: 4_096 })
  expect(other.isSure(3)).toBe(true)
})

test('what was changed and not written down is not believed by the next step', () => {
  const { open } = shared()
  const counts = open()
  counts.settle(3, COUNTED)
  counts.save()
  counts.add(3, ADDED)
  counts.doubt(4)
  counts.load()
  expect(counts.of(3)).toEqual(COUNTED)
  expect(counts.total()).toEqual(COUNTED)
})

test('a row that is damaged is in doubt at each look, and a file that is cut short makes all of them so', () => {
  const { path, open } = shared()
  const counts = open()
  for (const shard of [3, 5]) counts.settle(shard, COUNTED)
  counts.save()
  const bytes = new Float64Array(256 * 4)
  bytes.set([2, 8_192, 0, START + 8_194], 3 * 4)
  bytes.set([9, 8_192, 0, START + 8_194], 5 * 4)
  writeFileSync(path, Buffer.from(bytes.buffer))
  for (let looks = 0; looks < 2; looks++) {
    counts.load()
    expect([counts.isSure(3), counts.isSure(5)]).toEqual([true, false])
    expect(counts.total()).toEqual(COUNTED)
  }
  writeFileSync(path, Buffer.from(bytes.buffer).subarray(0, 200))
  counts.load()
  expect(counts.isSure(3)).toBe(false)
  expect(counts.total()).toEqual({ entryCount: 0, entryBytes: 0, tempBytes: 0 })
})
