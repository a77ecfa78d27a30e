/** What a process knows of invalidations, and when it has to ask again: nothing is trusted that may have been invalidated unseen. */
import { expect, it } from 'vitest'
import { MAX_KNOWN_TAGS } from '../src/marks-view.ts'
import { newsOf, toldCluster } from './told-cluster.ts'

const INCARNATION = 'abcdefgh'
const OTHER = 'other-on'
const as = (count: number, incarnation = INCARNATION) => ({ incarnation, count })

it('what was asked before an invalidation says nothing of it, and is asked again', async () => {
  const { partition, answer, sent } = toldCluster()
  const first = partition.isValid('key', ['t'], as(0), `${INCARNATION} 1 0 0`)
  const later = partition.isValid('key', ['t'], as(0), `${INCARNATION} 2 0 0`)
  await answer('news', newsOf(`${INCARNATION} 1 0 0`, true, [['other', 1]]))
  expect(await first).toBe(true)
  await answer('news', newsOf(`${INCARNATION} 2 0 0`, false, [['t', 2]]))
  expect(await later).toBe(false)
  expect(sent).toEqual(['news', 'news'])
})

/** A process that knows of one invalidation, of another tag, and has made one of its own, which has not been answered. */
async function invalidating() {
  const world = toldCluster()
  const known = world.partition.isValid('key', [], as(0), `${INCARNATION} 1 0 0`)
  await world.answer('news', newsOf(`${INCARNATION} 1 0 0`, true, [['other', 1]]))
  await known
  return { ...world, done: world.partition.invalidate(['tt', 'ppath/']) }
}

it("one's own invalidation is known without another trip", async () => {
  const { partition, answer, done, sent } = await invalidating()
  const epoch = `${INCARNATION} 2 0 0`
  await answer('mark', Buffer.from(epoch))
  await done
  expect(partition.viewNow(epoch)?.judge('key', ['t'], as(1))).toBe('invalidated')
  expect(partition.viewNow(epoch)?.judge('path/key', [], as(1))).toBe('invalidated')
  expect(partition.viewNow(epoch)?.judge('key', ['u'], as(1))).toBe('valid')
  expect(partition.knownMoment).toMatchObject(as(2))
  expect(sent).toEqual(['news', 'mark'])
})

it('and so is one of everything', async () => {
  const { partition, answer, done } = await invalidating()
  const epoch = `${INCARNATION} 2 2 0`
  await answer('mark', Buffer.from(epoch))
  await done
  expect(partition.viewNow(epoch)?.judge('key', [], as(1))).toBe('invalidated')
  expect(partition.viewNow(epoch)?.judge('key', ['t'], as(2))).toBe('valid')
})

it.each([
  ['others have invalidated in between', `${INCARNATION} 3 0 0`],
  ['the bookkeeping was begun anew', `${OTHER} 2 0 0`],
])('where %s, one has to ask', async (_, epoch) => {
  const { partition, answer, done } = await invalidating()
  await answer('mark', Buffer.from(epoch))
  await done
  expect(partition.viewNow(epoch)).toBeUndefined()
  expect(partition.knownMoment).toMatchObject(as(1))
})

it('an answer of the server before is not taken for one of this', async () => {
  const { partition, answer, become, done } = await invalidating()
  become('the second')
  await answer('mark', Buffer.from(`${INCARNATION} 2 0 0`))
  await done
  expect(partition.viewNow(`${INCARNATION} 2 0 0`)).toBeUndefined()
})

it('what a trip under way may not tell of is asked for again', async () => {
  const { partition, answer, done } = await invalidating()
  const epoch = `${INCARNATION} 2 0 0`
  const asking = partition.isValid('key', ['t'], as(1), epoch)
  await answer('mark', Buffer.from(epoch))
  await done
  await answer('news', newsOf(`${INCARNATION} 1 0 0`, false))
  await answer('news', newsOf(epoch, false, [['t', 2]]))
  expect(await asking).toBe(false)
})

it('a first trip that fails is made again by the next write', async () => {
  const { partition, answer, fail } = toldCluster()
  const set = (): Promise<string> => partition.begun(({ count }) => Promise.resolve(`as of ${count}`))
  const failed = expect(set()).rejects.toThrow('news failed')
  await fail('news')
  await failed
  const next = set()
  await answer('news', newsOf(`${INCARNATION} 7 0 0`, true))
  expect(await next).toBe('as of 7')
})

it('nothing that one server told is believed of the next', async () => {
  const { partition, answer, become } = toldCluster()
  const known = partition.isValid('key', [], as(0), `${INCARNATION} 1 0 0`)
  await answer('news', newsOf(`${INCARNATION} 1 0 0`, true))
  await known
  become('the second')
  const reading = partition.read(
    'key',
    ({ epochText }) => partition.viewNow(epochText)?.judge('key', ['t'], as(0)) ?? 'unknown',
  )
  // It has the same count, of another invalidation.
  await answer('mget', [Buffer.from(`${INCARNATION} 1 0 0`), null])
  expect(await reading).toBe('unknown')
})

it('marks of bookkeeping that is lost are not those of the next', async () => {
  const { partition, answer, sent } = toldCluster()
  const before = partition.isValid('key', ['t'], as(1), `${INCARNATION} 5 0 0`)
  await answer('news', newsOf(`${INCARNATION} 5 0 0`, true, [['t', 5]]))
  expect(await before).toBe(false)
  const after = partition.isValid('key', ['t'], as(0, OTHER), `${OTHER} 1 0 0`)
  await answer('news', newsOf(`${OTHER} 1 0 0`, true, [['u', 1]]))
  expect(await after).toBe(true)
  expect(partition.viewNow(`${OTHER} 1 0 0`)?.judge('key', ['t'], as(1))).toBe('invalidated')
  expect(sent).toEqual(['news', 'news'])
})

/** A process that was told of as many marks as it keeps, the oldest of count 5. */
async function full() {
  const world = toldCluster()
  const latest = MAX_KNOWN_TAGS + 4
  const epoch = `${INCARNATION} ${latest} 0 3`
  const marks = Array.from({ length: MAX_KNOWN_TAGS }, (_, at) => [`tag ${latest - at}`, latest - at] as const)
  const known = world.partition.isValid('key', [], as(0), epoch)
  await world.answer('news', newsOf(epoch, true, marks))
  expect(await known).toBe(true)
  return { ...world, epoch, latest }
}

it('of a tag that it was not told of, it asks what is older than the oldest mark that it was', async () => {
  const { partition, epoch, answer, sent } = await full()
  expect(partition.viewNow(epoch)?.judge('key', ['tag 5'], as(4))).toBe('invalidated')
  expect(partition.viewNow(epoch)?.judge('key', ['x'], as(5))).toBe('valid')
  expect(partition.viewNow(epoch)?.judge('key', ['x'], as(4))).toBe('unknown')
  const asked = partition.isValid('key', ['x', 'y'], as(3), epoch)
  await answer('marks', [Buffer.from(epoch), Buffer.from('4'), Buffer.from('-1')])
  expect(await asked).toBe(false)
  // There is no mark of it. What is older than the floor is not trusted then.
  expect(partition.viewNow(epoch)?.judge('key', ['y'], as(3))).toBe('valid')
  expect(partition.viewNow(epoch)?.judge('key', ['y'], as(2))).toBe('invalidated')
  expect(sent).toEqual(['news', 'marks'])
})

it('marks of bookkeeping that was begun anew meanwhile say nothing', async () => {
  const { partition, epoch, answer } = await full()
  const asked = partition.isValid('key', ['x'], as(4), epoch)
  await answer('marks', [Buffer.from(`${OTHER} 0 0 0`), Buffer.from('-1')])
  expect(await asked).toBe(false)
})

it('what was invalidated longest ago is forgotten first, and asked again', async () => {
  const { partition, answer, latest } = await full()
  const epoch = `${INCARNATION} ${latest + 3} 0 3`
  const told = partition.isValid('key', [], as(0), epoch)
  const news = [['tag 5', latest + 1] as const, ['new', latest + 2] as const, ['newer', latest + 3] as const]
  await answer('news', newsOf(epoch, false, news))
  expect(await told).toBe(true)
  // Those of count 6 and 7 are; the one of count 5 has a later mark now.
  expect(partition.viewNow(epoch)?.judge('key', ['tag 5'], as(6))).toBe('invalidated')
  expect(partition.viewNow(epoch)?.judge('key', ['tag 6'], as(5))).toBe('unknown')
  expect(partition.viewNow(epoch)?.judge('key', ['x'], as(6))).toBe('unknown')
  expect(partition.viewNow(epoch)?.judge('key', ['x'], as(7))).toBe('valid')
  const asked = partition.isValid('key', ['a', 'b'], as(6), epoch)
  await answer('marks', [Buffer.from(epoch), Buffer.from('-1'), Buffer.from('-1')])
  expect(await asked).toBe(true)
  // What was learnt takes the place of others, too.
  expect(partition.viewNow(epoch)?.judge('key', ['x'], as(8))).toBe('unknown')
  expect(partition.viewNow(epoch)?.judge('key', ['x'], as(9))).toBe('valid')
})

it('a lone set is one script in a Cluster, which may be told to ask elsewhere for one of two commands', async () => {
  const { partition, answer, sent } = toldCluster()
  const setting = partition.set('key', Buffer.from('value'), '1000')
  await answer('set', Buffer.from('as it was'))
  expect(await setting).toBe('as it was')
  expect(sent).toEqual(['set'])
})

it('of many at once no command is longer than others may wait for', async () => {
  const { partition, answer, sent } = toldCluster()
  const sets = Array.from({ length: 129 }, (_, at) => partition.set(`key ${at}`, Buffer.from('value'), '1000'))
  const reads = Array.from({ length: 513 }, (_, at) => partition.read(`other ${at}`, () => 'read'))
  for (const what of ['set', 'set']) await answer(what, Buffer.from(''))
  for (const what of ['mget', 'mget']) await answer(what, [])
  await Promise.all([...sets, ...reads])
  expect(sent.toSorted()).toEqual(['mget', 'mget', 'set', 'set'])
})
