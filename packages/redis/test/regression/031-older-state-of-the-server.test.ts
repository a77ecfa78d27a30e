/**
 * Regression: a server of a Cluster that came back at its address with an older state of its data, as from a snapshot, was trusted: what had been
 * invalidated since was served again, and where it gave a count a second time, so was what a process had just invalidated itself.
 */
import { expect, it } from 'vitest'
import { newsOf, toldCluster } from '../told-cluster.ts'

const INCARNATION = 'abcdefgh'
const NEXT = 'next-one'
const as = (count: number, incarnation = INCARNATION) => ({ incarnation, count })

/** A process that knows of two invalidations. */
async function knowing() {
  const world = toldCluster()
  const known = world.partition.isValid('key', ['t'], as(1), `${INCARNATION} 2 0 0`)
  await world.answer('news', newsOf(`${INCARNATION} 2 0 0`, true, [['t', 2]]))
  expect(await known).toBe(false)
  return world
}

it('by a read: nothing older is trusted', async () => {
  const { partition, answer, sent } = await knowing()
  const asking = partition.isValid('key', ['t'], as(1), `${INCARNATION} 1 0 0`)
  await answer('news', newsOf(`${INCARNATION} 1 0 0`, true))
  await answer('unlink', 1)
  await answer('news', newsOf(`${NEXT} 0 0 0`, true))
  expect(await asking).toBe(false)
  expect(sent).toEqual(['news', 'news', 'unlink', 'news'])
  expect(partition.viewNow(`${NEXT} 0 0 0`)?.judge('key', ['t'], as(0, NEXT))).toBe('valid')
})

it("by one's own invalidation, which gets a count that was given before", async () => {
  const { partition, answer } = await knowing()
  const done = partition.invalidate(['tu'])
  await answer('mark', Buffer.from(`${INCARNATION} 2 0 0`))
  await answer('unlink', 1)
  await answer('news', newsOf(`${NEXT} 0 0 0`, true))
  await done
  expect(partition.viewNow(`${INCARNATION} 2 0 0`)).toBeUndefined()
  expect(partition.knownMoment).toMatchObject(as(0, NEXT))
})

it('an invalidation of others that comes between is no older state', async () => {
  const { partition, answer, sent } = await knowing()
  const asking = partition.isValid('key', ['t'], as(2), `${INCARNATION} 3 0 0`)
  const done = partition.invalidate(['tu'])
  await answer('news', newsOf(`${INCARNATION} 3 0 0`, false, [['v', 3]]))
  expect(await asking).toBe(true)
  await answer('mark', Buffer.from(`${INCARNATION} 4 0 0`))
  await done
  expect(sent).not.toContain('unlink')
})
