/** Another server in the place of one: nothing it says is believed before what it may lack has been made good, and all of it is. */
import { expect, it, onTestFinished, vi } from 'vitest'
import { RecentChanges } from '../src/recent-changes.ts'
import { REMOVE } from '../src/scripts/entry.ts'
import { toldCluster } from './told-cluster.ts'

const EPOCH = Buffer.from('abcdefgh 0 0 0')
const NOTHING = [EPOCH, null]
const MAX_KEPT = 10_000

/** A process that has removed a key a moment ago. */
async function world() {
  const cluster = toldCluster()
  const { partition, answer } = cluster
  let aheadMs = 0
  const nowMs = performance.now.bind(performance)
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs() + aheadMs)
  onTestFinished(() => clock.mockRestore())
  const removed = partition.change(REMOVE, ['key'], [])
  await answer('removal', NOTHING)
  await removed
  return {
    ...cluster,
    read: () => partition.read('key', ({ bytes }) => String(bytes)),
    pass: (lengthMs: number): void => {
      aheadMs += lengthMs
    },
  }
}

it('what was under way when it came is asked again, behind what makes it good', async () => {
  const { become, sent, answer, read } = await world()
  const reading = read()
  await Promise.resolve()
  become('the second')
  await answer('mget', [EPOCH, Buffer.from('removed')])
  expect(sent).toEqual(['removal', 'mget', 'removal'])
  await answer('removal', NOTHING)
  await answer('mget', NOTHING)
  expect(await reading).toBe('undefined')
})

it('what was under way is asked again also where it is made good by then', async () => {
  const { become, answer, read } = await world()
  const reading = read()
  await Promise.resolve()
  become('the second')
  const other = read()
  await answer('removal', NOTHING)
  await answer('mget', [EPOCH, Buffer.from('removed')])
  await answer('mget', NOTHING)
  await answer('mget', NOTHING)
  expect(await Promise.all([reading, other])).toEqual(['undefined', 'undefined'])
})

it('what could not be made good is made good for the next who asks', async () => {
  const { become, answer, fail, read, sent } = await world()
  become('the second')
  const first = expect(read()).rejects.toThrow('removal failed')
  await fail('removal')
  await first
  const next = read()
  await answer('removal', NOTHING)
  await answer('mget', NOTHING)
  expect(await next).toBe('undefined')
  expect(sent).toEqual(['removal', 'removal', 'removal', 'mget'])
})

it('an answer of the next is no sign of the one before, however late it comes', async () => {
  const { partition, become, answer, read, pass, sent } = await world()
  const looking = partition.headsOf(['key'])
  await Promise.resolve()
  become('the second')
  pass(30_000)
  await answer('heads', NOTHING)
  await looking
  const reading = read()
  await answer('removal', NOTHING)
  await answer('mget', NOTHING)
  await reading
  expect(sent).toEqual(['removal', 'heads', 'removal', 'mget'])
})

it('what was changed long before the one before was heard of last is left alone', async () => {
  const { partition, become, answer, read, pass, sent } = await world()
  pass(30_000)
  const looking = partition.headsOf(['key'])
  await answer('heads', NOTHING)
  await looking
  become('the second')
  const reading = read()
  await answer('mget', NOTHING)
  await reading
  expect(sent).toEqual(['removal', 'heads', 'mget'])
})

it('of too many changes the last are kept', () => {
  const changes = new RecentChanges(() => 0)
  for (let at = 0; at < 2 * MAX_KEPT - 1; at++) changes.note(`key ${at}`)
  expect(changes.list(performance.now())).toHaveLength(MAX_KEPT)
  changes.note('last')
  const kept = changes.list(performance.now())
  expect([kept[0], kept.at(-1), kept.length]).toEqual([`key ${MAX_KEPT}`, 'last', MAX_KEPT])
})
