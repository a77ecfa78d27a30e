/**
 * Regression: a read joined a trip for news that was under way, and was told of bookkeeping that had been lost meanwhile: an entry from before that,
 * which had been invalidated since, was served.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { newsOf, toldCluster } from '../told-cluster.ts'

const LOST = 'abcdefgh'
const NEXT = 'next-one'
const as = (count: number, incarnation = LOST) => ({ incarnation, count })

/** A process that has asked for news, which the server answered before the bookkeeping was lost. */
async function asking() {
  const world = toldCluster()
  const before = world.partition.isValid('other', [], as(1), `${LOST} 1 0 0`)
  await turn()
  return { ...world, before }
}

it('an entry is judged by what the server knew when it was read', async () => {
  const { partition, answer, before, sent } = await asking()
  const reading = partition.isValid('key', ['t'], as(1), `${NEXT} 1 0 0`)
  await answer('news', newsOf(`${LOST} 1 0 0`, true))
  expect(await before).toBe(true)
  expect(sent).toEqual(['news', 'news'])
  await answer('news', newsOf(`${NEXT} 1 0 0`, true, [['t', 1]]))
  expect(await reading).toBe(false)
})

it('who asks for the moment is told the latest', async () => {
  const { partition, answer, sent } = await asking()
  const moment = partition.moment()
  await answer('news', newsOf(`${LOST} 1 0 0`, true))
  expect(sent).toEqual(['news', 'news'])
  await answer('news', newsOf(`${NEXT} 0 0 0`, true))
  expect(await moment).toMatchObject(as(0, NEXT))
})

it('also where the trip under way fails', async () => {
  const { partition, answer, fail, before } = await asking()
  const failed = expect(before).rejects.toThrow('news failed')
  const moment = partition.moment()
  await fail('news')
  await failed
  await answer('news', newsOf(`${NEXT} 0 0 0`, true))
  expect(await moment).toMatchObject(as(0, NEXT))
})
