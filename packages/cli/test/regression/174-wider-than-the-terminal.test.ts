/**
 * Regression: where a line of `stats --watch` was wider than the terminal, each look left rows of the one before; and columns behind names in
 * scripts of East Asia were out of line.
 */
import { expect, test } from 'vitest'
import { liveView } from '../../src/live-view.ts'
import { rowCount } from '../../src/row-count.ts'
import { table } from '../../src/terminal.ts'
import { replaceIn, terminalAs } from '../terminal.ts'

const LOOK = { atMs: 0, entryCount: 1, sizeBytes: 10, entryChange: 0, sizeChange: 0 }

test.each([
  [200, 5],
  // The name with the time behind it is 85 wide, the figures 28.
  [40, 7],
  [25, 10],
])('at %i columns it goes back by %i rows', async (columns, rows) => {
  const shown = terminalAs('stdout')
  replaceIn(process.stdout, 'columns', columns)
  const view = liveView(`${'/a/long/folder'.repeat(3)}/cache.db  sqlite`)
  await view.show(LOOK)
  await view.show(LOOK)
  expect(shown()).toContain(`\u001b[${rows}A`)
})

test('what takes two columns, and what takes none', () => {
  expect(rowCount('日本語\n\nkey', 4)).toBe(4)
  expect(
    table([
      ['日本', '1'],
      ['keys', '2'],
    ]),
  ).toBe('  日本   1\n  keys   2')
})
