/**
 * Regression: a process that was connected to another server for a while forgot which of its connections to the first were lost: back there, what was
 * still on its way on one of them was carried out after newer writes, and a deleted key came back.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { createCache } from '@stowage/core'
import { adminOf, findRedisBinary, startProxy, startRedis } from '@stowage/test-servers'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()
const SOON = { timeout: 20_000, interval: 20 }

/** An address that leads to one server, and from `lead` on to another. */
async function startAddress(firstPort: number) {
  let toPort = firstPort
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(toPort, '127.0.0.1')
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket)
      socket.on('data', (bytes) => other.write(bytes)).on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const disconnect = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the system named no port')
  return {
    url: `redis://127.0.0.1:${address.port}`,
    lead: (port: number): void => {
      toPort = port
      disconnect()
    },
    [Symbol.asyncDispose]: async () => {
      disconnect()
      server.close()
      await once(server, 'close')
    },
  }
}

describe.skipIf(!search.found)('a connection lost before a failover and a failback', { timeout: 60_000 }, () => {
  test('brings nothing after what the next one to its server brought', async () => {
    await using first = await startRedis()
    await using other = await startRedis()
    await using proxy = await startProxy(first.port)
    await using address = await startAddress(proxy.port)
    const cache = createCache({ backend: redisBackend({ url: address.url, timeout: 300 }), ttl: '1h' })
    onTestFinished(() => cache.close())
    await vi.waitFor(async () => expect((await cache.set('key', 'first')).outcome).toBe('stored'), SOON)

    proxy.become({ isHeld: true, isNewFree: true })
    expect((await cache.set('key', 'old')).outcome).toBe('refused')
    address.lead(other.port)
    await vi.waitFor(async () => expect((await cache.set('key', 'there')).outcome).toBe('stored'), SOON)
    address.lead(proxy.port)
    await vi.waitFor(async () => expect((await cache.set('key', 'new')).outcome).toBe('stored'), SOON)
    await cache.delete('key')
    expect(await cache.get('key')).toBeUndefined()

    proxy.become({})
    for (let turns = 0; turns < 100; turns++) await turn()
    using admin = adminOf(first.port)
    await admin.ask('ping')
    expect(await cache.get('key')).toBeUndefined()
  })
})
