/**
 * Regression: in a Cluster nobody ended a connection that was lost: what was still on its way on it was carried out after what the next one
 * had brought, and a deleted key came back.
 */
import { EventEmitter } from 'node:events'
import { setImmediate as turn } from 'node:timers/promises'
import { createCache } from '@stowage/core'
import { adminOf, findRedisBinary, startProxy, startRedis } from '@stowage/test-servers'
import { describe, expect, it, onTestFinished, test, vi } from 'vitest'
import type { ClusterClient, ServerClient } from '../../src/client.ts'
import { redisBackend } from '../../src/index.ts'
import { endLostOfNodes } from '../../src/node-connections.ts'
import { standInClient } from '../stand-in-client.ts'
import { toldServer } from '../told-server.ts'

const search = await findRedisBinary()
const SLOT_COUNT = 16_384
const SOON = { timeout: 20_000, interval: 20 }

describe.skipIf(!search.found)('a lost connection to a server of a Cluster', { timeout: 60_000 }, () => {
  test('brings nothing after what the next one brought', async () => {
    await using server = await startRedis({ settings: ['--cluster-enabled', 'yes'] })
    await using proxy = await startProxy(server.port)
    using admin = adminOf(server.port)
    await admin.ask('config', 'set', 'cluster-announce-port', String(proxy.port))
    await admin.ask('config', 'set', 'cluster-announce-ip', '127.0.0.1')
    await admin.ask('cluster', 'addslots', ...Array.from({ length: SLOT_COUNT }, (_, slot) => String(slot)))
    await vi.waitFor(async () => expect(await admin.ask('cluster', 'info')).toContain('cluster_state:ok'), SOON)
    const nodes = [{ host: '127.0.0.1', port: proxy.port }]
    const cache = createCache({ backend: redisBackend({ cluster: { nodes }, timeout: 300 }), ttl: '1h' })
    onTestFinished(() => cache.close())
    await vi.waitFor(async () => expect((await cache.set('key', 'first')).outcome).toBe('stored'), SOON)

    proxy.become({ isHeld: true, isNewFree: true })
    expect((await cache.set('key', 'old')).outcome).toBe('refused')
    await vi.waitFor(async () => expect((await cache.set('key', 'new')).outcome).toBe('stored'), SOON)
    await cache.delete('key')
    expect(await cache.get('key')).toBeUndefined()
    proxy.become({})
    for (let turns = 0; turns < 100; turns++) await turn()
    await admin.ask('ping')
    expect(await cache.get('key')).toBeUndefined()
  })
})

/** A Cluster that connects to one server after the other. */
function world() {
  const events = new EventEmitter()
  let masters: readonly ServerClient[] = []
  const client: ClusterClient = {
    ...standInClient(async () => 'OK'),
    slots: [],
    nodes: () => [...masters],
    refreshSlotsCache: () => undefined,
    on: (event, listener) => events.on(event, listener),
    off: (event, listener) => events.off(event, listener),
  }
  let id = 0
  let hearKill = async (): Promise<unknown> => 1
  const serverAt = (port: number, status: string) => {
    const kills: string[] = []
    const told = toldServer(async (_, what, ...args) => {
      if (what === 'info') return `id=${++id} addr=10.0.0.1:${id} laddr=10.0.0.2:${port}`
      kills.push(args.join(' '))
      return hearKill()
    })
    masters = [{ ...told.server, status, options: { host: 'there', port } }]
    return { kills, events: told.events }
  }
  endLostOfNodes(client)
  return {
    /** @returns which connections are ended on it */
    connectTo: async (port: number): Promise<readonly string[]> => {
      const server = serverAt(port, 'wait')
      events.emit('+node')
      server.events.emit('connect')
      await turn()
      return server.kills
    },
    /** A replica that is connected, and becomes a master. */
    promote: async (port: number): Promise<void> => {
      serverAt(port, 'ready')
      events.emit('refresh')
      await turn()
    },
    hear: (next: () => Promise<unknown>) => {
      hearKill = next
    },
  }
}

const failing = (message: string) => async (): Promise<never> => {
  throw new Error(message)
}

it('each is ended at its own address, until the server has answered', async () => {
  const { connectTo, hear } = world()
  expect(await connectTo(1)).toEqual([])
  expect(await connectTo(2)).toEqual([])
  hear(failing('Connection is closed.'))
  expect(await connectTo(1)).toEqual(['id 1 addr 10.0.0.1:1'])
  hear(async () => 1)
  expect(await connectTo(1)).toEqual(['id 1 addr 10.0.0.1:1', 'id 3 addr 10.0.0.1:3'])
  hear(failing('NOPERM'))
  expect(await connectTo(1)).toEqual(['id 4 addr 10.0.0.1:4'])
  expect(await connectTo(1)).toEqual(['id 5 addr 10.0.0.1:5'])
})

it('so is the one of a replica that has become a master', async () => {
  const { connectTo, promote } = world()
  await promote(1)
  expect(await connectTo(1)).toEqual(['id 1 addr 10.0.0.1:1'])
})
