/** A Cluster that loses a master, and one whose slots are moved, under load (R6). */
import { setImmediate as turn } from 'node:timers/promises'
import { createCache } from '@stowage/core'
import { findRedisBinary, type RedisCluster, startCluster } from '@stowage/test-servers'
import { Cluster, Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type RedisOptions, redisBackend } from '../../src/index.ts'
import { Layout } from '../../src/layout.ts'
import { beginTrial } from './trial.ts'

const search = await findRedisBinary()
/** How soon a replica takes the place of a master that is silent. */
const NODE_TIMEOUT_MS = 1_000

function optionsFor({ masters }: RedisCluster) {
  return { cluster: { nodes: masters.map(({ port }) => ({ host: '127.0.0.1', port })) } }
}

function openCache(options: RedisOptions) {
  const cache = createCache({ backend: redisBackend(options), ttl: '1h' })
  onTestFinished(() => cache.close())
  return cache
}

/** A connection to one of the masters. */
function serverOf({ masters }: RedisCluster, index: number): Redis {
  const server = new Redis({ host: '127.0.0.1', port: masters[index]?.port ?? 0 })
  server.on('error', () => undefined)
  onTestFinished(() => server.disconnect())
  return server
}

/** The places whose slots a master has, of three with a third each. */
function placesOf(layout: Layout, master: number) {
  return layout.places.filter(({ slot = 0 }) => Math.floor((slot * 3) / 16_384) === master)
}

describe.skipIf(!search.found)('a Cluster in trouble', { timeout: 90_000 }, () => {
  test('R6: every place is in the slot it says', async () => {
    await using cluster = await startCluster()
    const client = new Cluster(optionsFor(cluster).cluster.nodes)
    onTestFinished(() => client.disconnect())
    for (const { slot, epoch, tags, prefixes, entries } of new Layout('app:', true).places) {
      for (const name of [epoch, tags, prefixes, `${entries}{key}`]) {
        expect(await client.cluster('KEYSLOT', name)).toBe(slot)
      }
    }
  })

  test('R6: one that loses a master goes on with its replica', async () => {
    await using cluster = await startCluster({ nodeTimeoutMs: NODE_TIMEOUT_MS })
    const trial = beginTrial(optionsFor(cluster))
    await trial.reads(2_000)
    await cluster.masters[0]?.stop()
    await trial.reads(1_000)
    await trial.recoversEverywhere()
    await trial.ends()
  })

  test('R6: what the old master acknowledged and never passed on is not undone by the new one', async () => {
    await using cluster = await startCluster({ nodeTimeoutMs: NODE_TIMEOUT_MS })
    const [writer, cache] = [openCache(optionsFor(cluster)), openCache(optionsFor(cluster))]
    const layout = new Layout('', true)
    const lost = new Set(placesOf(layout, 0).map(({ index }) => index))
    const keys = Array.from({ length: 60 }, (_, at) => `key ${at}`).filter((key) => lost.has(layout.placeIndexOf(key)))
    const [untouched = '', ...changed] = keys
    await writer.setMany(keys.map((key) => [key, 'old']))
    expect((await cache.getMany(keys)).size).toBe(keys.length)
    // Or it would take out what it has set a moment ago.
    await writer.close()
    await cluster.isolateMaster(0)
    for (const [at, key] of changed.entries()) {
      if (at % 2 === 0) await cache.delete(key)
      else await cache.set(key, 'new')
    }
    await cluster.masters[0]?.stop()
    await expect.poll(() => cache.get(untouched), { timeout: 20_000 }).toBe('old')
    expect([...(await cache.getMany(changed)).values()]).toEqual([])
  })

  test('R6: one whose slots are moved goes on', async () => {
    await using cluster = await startCluster()
    const [first, second] = cluster.masters
    if (first === undefined || second === undefined) throw new Error('there are three masters')
    const trial = beginTrial(optionsFor(cluster))
    await trial.reads(2_000)
    for (const { slot = 0 } of placesOf(new Layout('stowage:', true), 0).slice(0, 5)) {
      await cluster.moveSlot(slot, first, second)
      await turn()
    }
    await trial.recoversEverywhere()
    await trial.ends()
  })

  test('R6: entries of a slot that is half on its way are read all the same', async () => {
    await using cluster = await startCluster()
    const layout = new Layout('stowage:', true)
    const slot = String(layout.places[0]?.slot)
    const keys = Array.from({ length: 2_000 }, (_, at) => `key ${at}`).filter((key) => layout.placeIndexOf(key) === 0)
    const cache = openCache({ ...optionsFor(cluster), timeout: '5s' })
    await cache.setMany(keys.map((key) => [key, 1]))
    const [source, target] = [serverOf(cluster, 0), serverOf(cluster, 1)]
    const [from, to] = [String(await source.cluster('MYID')), String(await target.cluster('MYID'))]
    await target.call('cluster', ['setslot', slot, 'importing', from])
    await source.call('cluster', ['setslot', slot, 'migrating', to])
    const moved = await source.cluster('GETKEYSINSLOT', slot, Math.floor(keys.length / 2))
    const { port } = target.options
    await source.call('migrate', ['127.0.0.1', String(port), '', '0', '5000', 'KEYS', ...moved.map(String)])
    expect((await cache.getMany(keys)).size).toBe(keys.length)
    expect(cache.stats().faults).toBe(0)
  })

  test('an entry with several tags is invalidated by each of them, wherever it is', async () => {
    await using cluster = await startCluster()
    const cache = openCache({ ...optionsFor(cluster), timeout: '5s' })
    const keys = Array.from({ length: 100 }, (_, at) => `key ${at}`)
    for (const tag of ['a', 'b', 'c']) {
      await cache.setMany(keys.map((key) => [key, 1, { tags: ['a', 'b', 'c'] }]))
      expect((await cache.getMany(keys)).size).toBe(100)
      await cache.invalidate({ tags: [tag] })
      expect((await cache.getMany(keys)).size).toBe(0)
    }
    expect(await cache.sweep()).toMatchObject({ invalidated: 100 })
  })
})
