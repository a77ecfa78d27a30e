/**
 * Regression: a mark that was asked for before an invalidation and arrived behind its answer took the place of the newer one, and this
 * process served what it had invalidated.
 */
import { expect, it } from 'vitest'
import { MarksView } from '../../src/marks-view.ts'

const INCARNATION = 'abcdefgh'
const epochOf = (count: number) => ({ incarnation: INCARNATION, count, base: 0, floor: 0 })
const textOf = (count: number) => `${INCARNATION} ${count} 0 0`

it.each([-1, 3])('a mark of %i does not undo a later one', (mark) => {
  const view = new MarksView({ text: textOf(10), epoch: epochOf(10), tags: [], prefixes: [] }, 10)
  view.advance({ text: textOf(11), epoch: epochOf(11), tags: [['t', 11]], prefixes: [] })
  view.learn([['t', mark]])
  expect(view.judge('key', ['t'], { incarnation: INCARNATION, count: 5 })).toBe('invalidated')
})
