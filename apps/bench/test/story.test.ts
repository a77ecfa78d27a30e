/** What docs/step-by-step.md tells is what happens: the story is played, and its table compared. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { tableOf, withTable } from '../src/story/page.ts'
import { playAll } from '../src/story/play.ts'

vi.setConfig({ testTimeout: 120_000 })

test('each step asks the source as often as the page says, and `pnpm story --write` renews it', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/step-by-step.md'), 'utf8')
  const played = await playAll()
  expect(page).toContain(tableOf(played))
  const queries = played.map(({ tally }) => tally.queries)
  expect(queries).toEqual(queries.toSorted((a, b) => b - a))
  const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8')
  expect(readme).toContain(`${queries[0]?.toLocaleString('en')} source queries become ${queries.at(-1)}`)
  expect(withTable(page, '| none |\n')).not.toContain('What is written')
})
