/** Clusters and Sentinels by their real processes. */
import { Cluster, Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findRedisBinary, startCluster, startSentinel } from '../src/index.ts'

const search = await findRedisBinary()

describe.skipIf(!search.found)('groups of servers', { timeout: 60_000 }, () => {
  test('a Cluster takes writes to every slot, and goes on when a slot is moved', async () => {
    await using cluster = await startCluster()
    const client = new Cluster(cluster.masters.map(({ port }) => ({ host: '127.0.0.1', port })))
    onTestFinished(() => client.disconnect())
    for (let at = 0; at < 50; at++) await client.set(`{a}${at}`, String(at))
    const slot = await client.cluster('KEYSLOT', 'a')
    const [first, second, third] = cluster.masters
    if (first === undefined || second === undefined || third === undefined) throw new Error('there are three masters')
    const [from, to] = slot < 5_461 ? [first, second] : slot < 10_923 ? [second, third] : [third, first]
    await cluster.moveSlot(slot, from, to)
    for (let at = 0; at < 50; at++) expect(await client.get(`{a}${at}`)).toBe(String(at))
  })

  test('a Sentinel names the master, and another when that is killed', async () => {
    await using group = await startSentinel()
    const sentinels = group.sentinels.map(({ port }) => ({ host: '127.0.0.1', port }))
    const client = new Redis({ sentinels, name: group.name, maxRetriesPerRequest: null })
    client.on('error', () => undefined)
    onTestFinished(() => client.disconnect())
    expect(await client.info('server')).toContain(`tcp_port:${group.master.port}`)
    await group.master.stop()
    expect(await client.set('key', 'value')).toBe('OK')
    expect(await client.info('server')).not.toContain(`tcp_port:${group.master.port}`)
  })
})
