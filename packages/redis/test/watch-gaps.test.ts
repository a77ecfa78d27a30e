/** When a watch of several servers is whole, and what is told of invalidations around it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LOOK_MS } from '../src/listening.ts'
import { newsOf } from './told-cluster.ts'
import { toldWatch } from './told-watch.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const look = () => vi.advanceTimersByTimeAsync(LOOK_MS)

/** Two servers that are listened to. */
async function whole() {
  const world = toldWatch()
  const servers = [world.join(), world.join()]
  world.listen()
  await look()
  expect(world.gaps().at(-1)).toBe('over')
  world.changes.length = 0
  return { ...world, servers }
}

test('as long as one server is silent, that another tells again is no end', async () => {
  const { servers, gaps } = await whole()
  const [one, two] = servers
  one?.lose()
  two?.lose()
  expect(gaps()).toEqual(['open', 'open'])
  if (two !== undefined) two.server.status = 'ready'
  await look()
  expect(gaps()).toEqual(['open', 'open', 'open'])
  if (one !== undefined) one.server.status = 'ready'
  await look()
  expect(gaps().at(-1)).toBe('over')
  expect(gaps().filter((gap) => gap === 'over')).toEqual(['over'])
})

test('a server that joins has not been listened to, and is from then on', async () => {
  const { gaps, join } = await whole()
  join()
  await look()
  await look()
  expect(gaps()).toEqual(['open', 'over'])
})

test('nor is it whole before one that has joined is listened to', async () => {
  const { servers, gaps, join } = await whole()
  const joined = join()
  joined.next.connect = () => new Promise(() => undefined)
  servers[0]?.subscribers[0]?.emit('close')
  await look()
  await look()
  expect(servers[0]?.subscribers).toHaveLength(2)
  expect(gaps()).toContain('open')
  expect(gaps()).not.toContain('over')
})

test('a server that leaves is let go of, and what it had may have been changed', async () => {
  const { gaps, masters, servers } = await whole()
  masters.pop()
  await look()
  expect(gaps()).toEqual(['over'])
  expect(servers[1]?.subscribers[0]?.isDisconnected).toBe(true)
})

test('who comes later is told that it is whole, and after the last has gone nobody listens', async () => {
  const { watch, servers } = await whole()
  const late: unknown[] = []
  const stop = watch.add(({ gap }) => late.push(gap))
  await vi.advanceTimersByTimeAsync(0)
  expect(late).toEqual(['over'])
  stop()
  watch.stop()
  expect(servers.flatMap(({ subscribers }) => subscribers.map(({ isDisconnected }) => isDisconnected))).toEqual([
    true,
    true,
  ])
  await look()
  expect(servers.flatMap(({ subscribers }) => subscribers)).toHaveLength(2)
})

test('a break while it is asked what came before is none that is over', async () => {
  const { servers, gaps, news } = await whole()
  const [one] = servers
  const asked = Promise.withResolvers<void>()
  one?.subscribers[0]?.emit('close')
  news.asked = asked.promise
  await look()
  expect(gaps()).toEqual(['open'])
  one?.subscribers[1]?.emit('close')
  expect(gaps()).toEqual(['open', 'open'])
  asked.resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(gaps()).toEqual(['open', 'open'])
  await look()
  expect(gaps()).toEqual(['open', 'open', 'over'])
})

test('an invalidation is told by what is new since the last, and as anything where that is not known', async () => {
  const { servers, changes, news, store } = await whole()
  const epoch = store.partitions[0]?.place.epoch
  const say = async (reply: unknown): Promise<unknown> => {
    news.reply = reply
    servers[0]?.subscribers[0]?.emit('messageBuffer', 'channel', [Buffer.from(String(epoch))])
    await vi.advanceTimersByTimeAsync(0)
    return changes.pop()
  }
  expect(await say(newsOf('abcdefgh 1 0 0', false, [['news', 1]]))).toEqual({ keys: [], targets: [{ tags: ['news'] }] })
  expect(await say(newsOf('abcdefgh 2 2 0', true))).toEqual({ keys: [], targets: 'any' })
  expect(await say('no news')).toEqual({ keys: [], targets: 'any' })
})
