/** What the front page says of ours and of its peers is what they do. */
import { expect, it } from 'vitest'
import { FEATURES, LIBRARIES } from '../src/features/features.ts'
import { PROBES } from '../src/features/probes.ts'

const tried = FEATURES.flatMap(({ what, cells, probe }) =>
  LIBRARIES.flatMap(({ title, contender }, at) => {
    const cell = cells[at] ?? ''
    return probe === undefined || cell === '-' ? [] : [{ what, title, cell, probe, contender }]
  }),
)

it.each(tried)('$what: $title, $cell', async ({ cell, probe, contender }) => {
  expect(await PROBES[probe](contender)).toBe(cell.startsWith('yes'))
})

it('tries every promise on somebody who keeps it and on somebody who does not, or on ours', () => {
  for (const probe of Object.keys(PROBES)) {
    const cells = tried.filter((each) => each.probe === probe)
    expect(
      cells.some(({ title }) => title === 'Stowage'),
      probe,
    ).toBe(true)
    expect(cells.length, probe).toBeGreaterThan(3)
  }
})
