/**
 * Regression: a trip for news was under way when another server took the place of the first, and was answered by that one: its invalidations up to
 * the count that the first had told of were taken for known, and what they cover was served. Where the one that answered knew of
 * less, and a first write had joined the trip, the two waited for one another, and all that came after waited for both. What the first one said
 * of itself when the other was in its place already was believed, too.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { newsOf, toldCluster } from '../told-cluster.ts'

const INCARNATION = 'abcdefgh'
const epochOf = (count: number) => `${INCARNATION} ${count} 0 0`
const MOMENT = { incarnation: INCARNATION, count: 3 }

/** A process that has asked what came after the fifth invalidation. */
async function asking() {
  const world = toldCluster()
  const { partition, answer, sent } = world
  const first = partition.moment()
  await answer('news', newsOf(epochOf(5), true))
  await first
  const moment = partition.moment()
  await turn()
  expect(sent).toEqual(['news', 'news'])
  return { ...world, moment }
}

it('what the other one tells is asked for from the beginning', async () => {
  const { partition, answer, become, moment, sent } = await asking()
  become('the second')
  const isValid = partition.isValid('key', ['t'], MOMENT, epochOf(6))
  // Two that the first has told of are not there. The fifth is another.
  await answer('news', newsOf(epochOf(6), false))
  expect(sent).toEqual(['news', 'news', 'news'])
  await answer('news', newsOf(epochOf(6), true, [['t', 5]]))
  expect(await isValid).toBe(false)
  expect(await moment).toMatchObject({ count: 6 })
})

it('a first write that has joined it is written when that is known', async () => {
  const { partition, answer, become, moment, sent } = await asking()
  become('the second')
  const heads = partition.headsOf([])
  await turn()
  const written = partition.begun(async ({ count }) => count)
  await answer('news', newsOf(epochOf(3), false))
  expect(sent).toEqual(['news', 'news', 'heads', 'news'])
  await answer('news', newsOf(epochOf(3), true))
  expect(await written).toBe(3)
  expect(await moment).toMatchObject({ count: 3 })
  await answer('heads', [epochOf(3)])
  await heads
})

it('a first write that has joined it is written when the same one begins anew', async () => {
  const { partition, answer, moment, sent } = await asking()
  const written = partition.begun(async ({ count }) => count)
  await answer('news', newsOf(epochOf(3), false))
  await answer('unlink', 1)
  expect(sent).toEqual(['news', 'news', 'unlink', 'news'])
  await answer('news', newsOf(epochOf(0), true))
  expect(await written).toBe(0)
  await moment
})

it('what the first one says of itself on the first trip is nothing to judge by what is read of the other', async () => {
  const { partition, answer, become, sent, refresh } = toldCluster()
  const heads = partition.headsOf([])
  await answer('heads', [epochOf(5)])
  await heads
  const moment = partition.moment()
  await turn()
  become('the second')
  refresh()
  await turn()
  const isValid = partition.isValid('key', ['t'], MOMENT, epochOf(5))
  await answer('news', newsOf(epochOf(5), true))
  expect(sent).toEqual(['heads', 'news', 'news'])
  await answer('news', newsOf(epochOf(5), true, [['t', 5]]))
  expect(await isValid).toBe(false)
  await moment
})
