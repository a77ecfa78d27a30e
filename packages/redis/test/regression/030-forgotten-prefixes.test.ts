/** Regression: a process kept each prefix that was ever invalidated, also when the server had long forgotten it. */
import { expect, it } from 'vitest'
import { MarksView } from '../../src/marks-view.ts'

const INCARNATION = 'abcdefgh'

function told(count: number, base: number, prefix: string) {
  const epoch = { incarnation: INCARNATION, count, base, floor: 0 }
  return { text: `${INCARNATION} ${count} ${base} 0`, epoch, tags: [], prefixes: [[prefix, count] as const] }
}

it('prefixes are kept for as long as they decide anything', () => {
  const view = new MarksView(told(1, 0, 'p1/'), 0)
  for (let count = 2; count <= 1_000; count++) view.advance(told(count, Math.max(0, count - 10), `p${count}/`))
  expect(view.prefixCount).toBe(10)
  const as = (count: number) => ({ incarnation: INCARNATION, count })
  expect(view.judge('p995/key', [], as(994))).toBe('invalidated')
  expect(view.judge('p995/key', [], as(995))).toBe('valid')
  expect(view.judge('p5/key', [], as(989))).toBe('invalidated')
})

it('one that is invalidated again is as late as the last time', () => {
  const view = new MarksView(told(1, 0, 'p/'), 0)
  view.advance(told(2, 0, 'q/'))
  view.advance(told(3, 0, 'p/'))
  view.advance(told(4, 2, 'r/'))
  expect(view.prefixCount).toBe(2)
  expect(view.judge('p/key', [], { incarnation: INCARNATION, count: 2 })).toBe('invalidated')
})
