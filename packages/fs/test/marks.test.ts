/** What the marks say of entries and leases once something has been forgotten: more is distrusted then, never less. */
import { expect, test } from 'vitest'
import { Marks } from '../src/marks.ts'
import { forgetTags } from '../src/tag-limit.ts'

const TAG_COUNT = 100_001

function begun(): Marks {
  const marks = new Marks()
  marks.generation = 1
  marks.start = 0
  return marks
}

test('with too many tags all are forgotten, and what has any is trusted and written only from then on', () => {
  const marks = begun()
  const before = { generation: 1, epoch: marks.epoch }
  const turn = { marks, emit: marks.apply.bind(marks) } as unknown as Parameters<typeof forgetTags>[0]
  marks.apply({ k: 'tags', tags: Array.from({ length: TAG_COUNT - 1 }, (_, at) => `${at}`) })
  forgetTags(turn)
  expect(marks.isOutdated(before, ['other'])).toBe(false)
  marks.apply({ k: 'tags', tags: ['one more'] })
  const latest = { generation: 1, epoch: marks.epoch }
  forgetTags(turn)
  expect(marks.tags.size).toBe(0)
  expect(marks.isOutdated(before, ['0'])).toBe(true)
  expect(marks.isOutdated(latest, ['other'])).toBe(true)
  expect(marks.isOutdated(before, [])).toBe(false)
  expect(marks.mayWrite(latest.epoch, ['other'])).toBe(false)
  expect(marks.mayWrite(latest.epoch, [])).toBe(true)
  const after = { generation: 1, epoch: marks.epoch }
  expect(marks.isOutdated(after, ['other'])).toBe(false)
  expect(marks.mayWrite(after.epoch, ['other'])).toBe(true)
})

test('what was stored before more starts of the machine than are remembered is not trusted, whatever was lost then', () => {
  const marks = begun()
  marks.apply({ k: 'tags', tags: ['t'] })
  const stamps = [{ generation: 1, epoch: marks.epoch }]
  for (let start = 1; start <= 66; start++) {
    stamps.push({ generation: 1, epoch: marks.epoch + 1 })
    marks.apply({ k: 'start', start })
    stamps.push({ generation: 1, epoch: marks.epoch })
  }
  const told = stamps.map((stamp) => marks.isOutdated(stamp, []))
  // Of each start what its predecessor may have lost, and what is of its own.
  expect(told.slice(0, 4)).toEqual([true, true, true, true])
  expect(told.slice(4, 8)).toEqual([false, true, false, true])
  expect(told.slice(-2)).toEqual([true, false])
})
