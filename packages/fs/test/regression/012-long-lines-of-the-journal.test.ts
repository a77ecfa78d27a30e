/** Regression: a line of the journal was put together anew with each part of it that was read: seconds, for all there is to know of many tags. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Journal } from '../../src/journal.ts'
import { journalLine } from '../../src/journal-line.ts'
import { newDirectory } from '../stores.ts'

const TAG_COUNT = 20_000

test('a long line is copied once', () => {
  const folder = newDirectory()
  mkdirSync(folder)
  const path = join(folder, 'journal')
  const tags = Array.from({ length: TAG_COUNT }, (_, at) => [`${at}`.padStart(200), at] as const)
  const [known, none] = [
    { generation: 1, epoch: TAG_COUNT, cleared: 0, start: 1 },
    { floor: 0, distrust: 0, gaps: [], leases: [] },
  ]
  const line = journalLine([{ k: 'state', ...known, ...none, tags }])
  writeFileSync(path, line + journalLine([{ k: 'all' }]) + line + journalLine([{ k: 'tags', tags: ['last'] }]))
  let copiedBytes = 0
  const concat = Buffer.concat.bind(Buffer)
  vi.spyOn(Buffer, 'concat').mockImplementation((...args) => {
    const bytes = concat(...args)
    copiedBytes += bytes.length
    return bytes
  })
  onTestFinished(() => {
    vi.restoreAllMocks()
  })
  const journal = new Journal(path, 'relaxed')
  onTestFinished(() => journal.close())
  journal.follow()
  expect(journal.marks.tags.size).toBe(TAG_COUNT + 1)
  expect(journal.marks.epoch).toBe(TAG_COUNT + 1)
  expect(copiedBytes).toBeLessThanOrEqual(statSync(path).size)
})
