/**
 * Regression: an invalidation by pattern looked at each master once, so that entries of a slot that moved meanwhile, from a master whose
 * turn was to come to one whose turn had been, were never met, and stayed.
 */
import { createCache } from '@stowage/core'
import { findRedisBinary, type RedisCluster, startCluster } from '@stowage/test-servers'
import { Cluster, Redis } from 'ioredis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'
import { Layout } from '../../src/layout.ts'

const search = await findRedisBinary()
const KEYS = Array.from({ length: 200 }, (_, at) => `key ${at}`)

describe.skipIf(!search.found)('an invalidation by pattern', { timeout: 60_000 }, () => {
  test('meets the entries of a slot that goes to a master whose turn has been', async () => {
    await using cluster = await startCluster()
    const { cache, firstTurn, lastTurn, slot, beforeAsked } = await opened(cluster)
    let hasMoved = false
    beforeAsked('scan', async () => {
      if (!hasMoved) await cluster.moveSlot(slot, lastTurn, firstTurn)
      hasMoved = true
    })
    await cache.invalidate({ pattern: 'key *' })
    expect(hasMoved).toBe(true)
    expect([...(await cache.getMany(KEYS)).keys()]).toEqual([])
  })

  test('waits for a slot that is on its way already', async () => {
    await using cluster = await startCluster()
    const { cache, firstTurn, lastTurn, slot, beforeAsked } = await opened(cluster)
    const [source, target] = [connectionTo(lastTurn), connectionTo(firstTurn)]
    const [from, to] = [String(await source.cluster('MYID')), String(await target.cluster('MYID'))]
    await target.call('cluster', ['setslot', String(slot), 'importing', from])
    await source.call('cluster', ['setslot', String(slot), 'migrating', to])
    beforeAsked('scan', async () => {
      const names = (await source.cluster('GETKEYSINSLOT', slot, 3)).map(String)
      if (names.length > 0)
        await source.call('migrate', [HOST, String(firstTurn.port), '', '0', '5000', 'KEYS', ...names])
    })
    let lookCount = 0
    beforeAsked('cluster', async () => {
      lookCount += 1
      if (lookCount === 3) await cluster.moveSlot(slot, lastTurn, firstTurn)
    })
    await cache.invalidate({ pattern: 'key *' })
    expect(lookCount).toBeGreaterThan(2)
    expect([...(await cache.getMany(KEYS)).keys()]).toEqual([])
  })
})

const HOST = '127.0.0.1'

/** A cache full of keys, and a slot of the master that is walked over last. */
async function opened({ masters }: RedisCluster) {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const client = new Cluster(masters.map(({ port }) => ({ host: HOST, port })))
  onTestFinished(() => client.disconnect())
  const cache = createCache({ backend: redisBackend({ client, timeout: '10s' }), ttl: '1h', onFault: 'throw' })
  onTestFinished(() => cache.close())
  await cache.setMany(KEYS.map((key) => [key, 1]))
  const nodes = client.nodes('master')
  const [firstTurn, lastTurn] = [serverOf(nodes[0]), serverOf(nodes.at(-1))]
  const ownerOf = (slot: number) => Number(client.slots[slot]?.[0]?.split(':').at(-1))
  const slot = new Layout('stowage:', true).places.find(({ slot = 0 }) => ownerOf(slot) === lastTurn.port)?.slot
  if (slot === undefined) throw new Error('each of three masters has some of 32 slots')
  return {
    cache,
    firstTurn,
    lastTurn,
    slot,
    beforeAsked: (name: string, act: () => Promise<void>) => before(nodes.at(-1), name, act),
  }

  function serverOf(node: Redis | undefined) {
    const server = masters.find(({ port }) => port === node?.options.port)
    if (server === undefined) throw new Error('the client knows the masters')
    return server
  }
}

/** Does something before the node is asked this. */
function before(node: Redis | undefined, name: string, act: () => Promise<void>): void {
  if (node === undefined) throw new Error('there are three masters')
  const call = node.callBuffer.bind(node)
  Object.assign(node, {
    async callBuffer(...command: Parameters<typeof call>) {
      if (command[0] === name) await act()
      return call(...command)
    },
  })
}

function connectionTo({ port }: { readonly port: number }): Redis {
  const server = new Redis({ host: HOST, port })
  onTestFinished(() => server.disconnect())
  return server
}
