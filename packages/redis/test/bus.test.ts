/** The buses: what one tells the others hear, and what may have been missed is told, on real servers that are cut off. */
import type { Bus, BusGap, BusMessage } from '@stowage/core'
import { findRedisBinary, startCluster, startProxy, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { formatPost } from '../src/bus/bus-text.ts'
import { type RedisOptions, redisBackend, redisBus, trackingBus } from '../src/index.ts'

const search = await findRedisBinary()
const CHANNEL = 'stowage:bus'
const SOON = { timeout: 10_000, interval: 5 }

interface Node {
  readonly bus: Bus
  readonly heard: BusMessage[]
  readonly gaps: BusGap[]
}

/** A bus that hears: it says so by a gap that is over. */
async function attach(bus: Bus): Promise<Node> {
  onTestFinished(() => bus.close())
  const node: Node = { bus, heard: [], gaps: [] }
  bus.subscribe((message) => node.heard.push(message))
  bus.onGap((gap) => node.gaps.push(gap))
  expect(node.gaps).toEqual(['open'])
  await expect.poll(() => node.gaps.slice(0, 2), SOON).toEqual(['open', 'over'])
  node.gaps.length = 0
  return node
}

function join(options: RedisOptions): Promise<Node> {
  return attach(redisBus(options))
}

async function adminOf(url: string): Promise<Redis> {
  const admin = new Redis(url)
  admin.on('error', () => undefined)
  onTestFinished(() => admin.disconnect())
  await admin.ping()
  return admin
}

function changed(...keys: string[]): BusMessage {
  return { origin: 'one', change: { keys } }
}

describe.skipIf(!search.found)('a bus by pub/sub', { timeout: 60_000 }, () => {
  test('carries every kind of message, in order, and those of one tick in one command', async () => {
    await using server = await startRedis()
    const [one, other] = [await join({ url: server.url }), await join({ url: server.url })]
    const messages: BusMessage[] = [
      changed('a', 'line\nbreak', '\0'),
      { origin: 'one', change: { tags: ['t'] } },
      { origin: 'one', change: { prefix: 'p' } },
      { origin: 'one', change: { pattern: 'p*', root: 'r' } },
      { origin: 'one', change: { all: true } },
      ...Array.from({ length: 500 }, (_, at) => changed(`key ${at}`)),
    ]
    const admin = await adminOf(server.url)
    await admin.config('RESETSTAT')
    await Promise.all(messages.map(async (message) => one.bus.publish(message)))
    await expect.poll(() => other.heard, SOON).toEqual(messages)
    expect(Number(/cmdstat_publish:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1])).toBeLessThan(5)
    expect([...one.gaps, ...other.gaps]).toEqual([])
  })

  test('has a channel for each prefix', async () => {
    await using server = await startRedis()
    const [one, other] = [await join({ url: server.url }), await join({ url: server.url, prefix: 'other:' })]
    await one.bus.publish(changed('a'))
    await other.bus.publish(changed('b'))
    await expect.poll(() => other.heard, SOON).toEqual([changed('b')])
    expect(one.heard).toEqual([changed('a')])
  })

  test('notices a number that was left out, at the next message or at a beat', async () => {
    await using server = await startRedis()
    const node = await join({ url: server.url })
    const admin = await adminOf(server.url)
    const say = (number: number, ...messages: BusMessage[]) =>
      admin.publish(CHANNEL, formatPost('other', number, messages))
    await say(1, changed('a'))
    await say(2, changed('b'))
    await say(2)
    await expect.poll(() => node.heard, SOON).toEqual([changed('a'), changed('b')])
    expect(node.gaps).toEqual([])
    await say(4, changed('d'))
    await expect.poll(() => node.heard, SOON).toHaveLength(3)
    expect(node.gaps).toEqual(['over'])
    // Late or twice, it is a message all the same, and no loss.
    await say(3, changed('c'))
    await say(5)
    await expect.poll(() => node.gaps, SOON).toEqual(['over', 'over'])
    expect(node.heard.at(-1)).toEqual(changed('c'))
  })

  test('passes over what is nobody’s message, and takes one that it cannot read for one that is lost', async () => {
    await using server = await startRedis()
    const node = await join({ url: server.url })
    const admin = await adminOf(server.url)
    for (const text of ['', 'x', 'stowage-bus-1 other', 'stowage-bus-1 other -1', 'stowage-bus-x other 1', '{}']) {
      await admin.publish(CHANNEL, text)
    }
    await admin.publish(CHANNEL, formatPost('other', 1, [changed('a')]))
    await expect.poll(() => node.heard, SOON).toEqual([changed('a')])
    expect(node.gaps).toEqual([])
    await admin.publish(CHANNEL, `${formatPost('other', 2, [])}\n[2,"a later form"]`)
    await expect.poll(() => node.gaps, SOON).toEqual(['over'])
    expect(node.heard).toEqual([changed('a')])
    await admin.publish(CHANNEL, 'stowage-bus-2 other 1\n[]')
    await expect.poll(() => node.gaps, SOON).toEqual(['over', 'over'])
  })

  test.each(['pubsub', 'normal'])('tells a gap when its %s connection is lost, and hears again', async (type) => {
    await using server = await startRedis()
    const [one, other] = [await join({ url: server.url }), await join({ url: server.url })]
    await (await adminOf(server.url)).call('client', ['kill', 'type', type])
    for (const { gaps } of [one, other]) await expect.poll(() => gaps, SOON).toEqual(['open', 'over'])
    await expect.poll(() => one.bus.publish(changed('a')), SOON).toBeUndefined()
    await expect.poll(() => other.heard, SOON).toEqual([changed('a')])
    expect(other.gaps).toEqual(['open', 'over'])
  })

  test('tells a gap when the server dies, refuses to publish meanwhile, and comes back with it', async () => {
    const server = await startRedis()
    const [one, other] = [await join({ url: server.url }), await join({ url: server.url })]
    await server.stop()
    for (const { gaps } of [one, other]) await expect.poll(() => gaps, SOON).toEqual(['open'])
    await expect(async () => one.bus.publish(changed('lost'))).rejects.toThrow()
    await using again = await startRedis({ choosePort: async () => server.port })
    expect(again.port).toBe(server.port)
    for (const { gaps } of [one, other]) await expect.poll(() => gaps, SOON).toEqual(['open', 'over'])
    await one.bus.publish(changed('a'))
    await expect.poll(() => other.heard, SOON).toEqual([changed('a')])
  })

  test('tells a gap when the line goes silent', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    const [one, far] = [await join({ url: server.url }), await join({ url: proxy.url })]
    proxy.become({ isSilent: true })
    await expect.poll(() => far.gaps, SOON).toEqual(['open'])
    await one.bus.publish(changed('unheard'))
    proxy.become({})
    await expect.poll(() => far.gaps, SOON).toEqual(['open', 'over'])
    await one.bus.publish(changed('a'))
    await expect.poll(() => far.heard, SOON).toEqual([changed('a')])
    expect(one.gaps).toEqual([])
  })

  test('says nothing after it is closed, and sends what was on its way', async () => {
    await using server = await startRedis()
    const [one, other] = [await join({ url: server.url }), await join({ url: server.url })]
    const last = one.bus.publish(changed('last'))
    await one.bus.close()
    await last
    await one.bus.close()
    await expect.poll(() => other.heard, SOON).toEqual([changed('last')])
    await other.bus.publish(changed('later'))
    expect(one.heard).toEqual([])
    await expect(async () => one.bus.publish(changed('x'))).rejects.toThrow('closed')
  })

  test('passes through a Cluster, whatever server each is on, also when one dies', async () => {
    await using cluster = await startCluster()
    const nodes = cluster.masters.map(({ port }) => ({ host: '127.0.0.1', port }))
    const options = { cluster: { nodes }, timeout: '5s' } as const
    const [one, other] = [await join(options), await join(options)]
    await one.bus.publish(changed('a'))
    await expect.poll(() => other.heard, SOON).toEqual([changed('a')])
    await cluster.masters[0]?.stop()
    // Whoever was on that server may have missed something, and is told so.
    await expect.poll(() => other.gaps, { timeout: 20_000 }).toEqual(['open', 'over'])
    await expect.poll(() => one.bus.publish(changed('b')), { timeout: 20_000 }).toBeUndefined()
    await expect.poll(() => other.heard, SOON).toContainEqual(changed('b'))
  })
})

describe.skipIf(!search.found)('a bus by what the server tracks', { timeout: 60_000 }, () => {
  async function tracking(options: RedisOptions) {
    const backend = redisBackend(options)
    onTestFinished(() => backend.close())
    return { backend, ...(await attach(trackingBus(backend))) }
  }

  test('tells what others write and invalidate, and whatever else changes the keys', async () => {
    await using server = await startRedis()
    const [one, other] = [await tracking({ url: server.url }), await tracking({ url: server.url })]
    await other.backend.invalidate({ tags: ['t'] }, Date.now())
    await expect.poll(() => one.heard, SOON).toEqual([{ origin: '', toldBy: 'far tier', change: { tags: ['t'] } }])
    await other.backend.invalidate({ prefix: 'p' }, Date.now())
    await expect.poll(() => one.heard.at(-1), SOON).toEqual({ origin: '', toldBy: 'far tier', change: { prefix: 'p' } })
    const admin = await adminOf(server.url)
    await admin.set('stowage:e:key', 'x')
    await admin.set('another:e:key', 'x')
    await expect
      .poll(() => one.heard.at(-1), SOON)
      .toEqual({ origin: '', toldBy: 'far tier', change: { keys: ['key'] } })
    // The making of the epoch may be told as a gap that is over, soon or late.
    expect(one.gaps).not.toContain('open')
    const toldCount = one.gaps.length
    await other.backend.invalidate({ all: true }, Date.now())
    await expect.poll(() => one.gaps.slice(toldCount), SOON).toContain('over')
  })

  test('tells a gap when the connection is lost, and one that is over when the server is emptied', async () => {
    await using server = await startRedis()
    const node = await tracking({ url: server.url })
    const admin = await adminOf(server.url)
    await admin.call('client', ['kill', 'type', 'pubsub'])
    const sinceLost = () => node.gaps.slice(node.gaps.indexOf('open')).slice(0, 2)
    await expect.poll(sinceLost, SOON).toEqual(['open', 'over'])
    const toldCount = node.gaps.length
    await admin.flushall()
    await expect.poll(() => node.gaps.slice(toldCount), SOON).toContain('over')
  })
})
