/** Why nothing can be done is told with the error, by the words of the server or the system, and without a password. */
import { createServer } from 'node:net'
import { BackendError, createCache, TimeoutError } from '@stowage/core'
import { findRedisBinary, startProxy, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type RedisOptions, redisBackend, redisBus } from '../src/index.ts'

const search = await findRedisBinary()
const TIMEOUT_MS = 300
const SECRET = 'not-for-anybody'

/** What a get is told, all of it. */
async function errorOf(options: RedisOptions): Promise<BackendError> {
  const cache = createCache({ backend: redisBackend({ ...options, timeout: TIMEOUT_MS }), ttl: '1m', onFault: 'throw' })
  onTestFinished(() => cache.close())
  const thrown = await cache.get('key').catch((error: unknown) => error)
  if (!(thrown instanceof BackendError)) throw new Error(`it was told ${String(thrown)}`)
  expect(thrown.cause).toBeInstanceOf(TimeoutError)
  expect(allOf(thrown)).not.toContain(SECRET)
  return thrown
}

/** Whatever an error has, and its causes. */
function allOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return ''
  return [thrown.stack, JSON.stringify({ ...thrown }), allOf(thrown.cause)].join('\n')
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('the system named no port')
  return address.port
}

describe('a call that finds no server says why', () => {
  test('a port nobody listens on', async () => {
    const port = await closedPort()
    const error = await errorOf({ url: `redis://:${SECRET}@127.0.0.1:${port}` })
    const why = `no connection: connect ECONNREFUSED 127.0.0.1:${port}`
    expect(error.message).toBe(`redis: get failed: backend took longer than ${TIMEOUT_MS} ms: ${why}`)
    expect(error.cause).toMatchObject({ limitMs: TIMEOUT_MS, cause: { message: why } })
  })

  test('of each address of a name', async () => {
    const port = await closedPort()
    const error = await errorOf({ url: `redis://:${SECRET}@localhost:${port}` })
    expect(error.message).toContain(`connect ECONNREFUSED 127.0.0.1:${port}`)
  })

  test('a name that does not resolve', async () => {
    const error = await errorOf({ url: `redis://:${SECRET}@nowhere.invalid:6379` })
    expect(error.message).toMatch(/no connection: getaddrinfo E\w+ nowhere\.invalid/)
  })

  test('a Cluster none of whose servers is there', async () => {
    const port = await closedPort()
    const redisOptions = { password: SECRET }
    const error = await errorOf({ cluster: { nodes: [{ host: '127.0.0.1', port }], redisOptions } })
    // ioredis says no more of it.
    expect(error.message).toContain(`no connection: 127.0.0.1:${port}: Connection is closed.`)
  })

  test('Sentinels that are not there', async () => {
    const port = await closedPort()
    const sentinels = [{ host: '127.0.0.1', port }]
    const error = await errorOf({ connection: { sentinels, name: 'group', password: SECRET } })
    expect(error.message).toContain('no connection: All sentinels are unreachable')
  })
})

describe.skipIf(!search.found)('a call that the server keeps out says why', { timeout: 30_000 }, () => {
  test('a wrong password, and none', async () => {
    await using server = await startRedis({ settings: ['--requirepass', 'another'] })
    const wrong = await errorOf({ url: `redis://:${SECRET}@127.0.0.1:${server.port}` })
    expect(wrong.message).toContain('WRONGPASS')
    const none = await errorOf({ url: server.url })
    expect(none.message).toContain('NOAUTH')
    const bus = redisBus({ url: `redis://:${SECRET}@127.0.0.1:${server.port}`, timeout: TIMEOUT_MS })
    onTestFinished(() => bus.close())
    await expect(async () => bus.publish({ origin: 'one', change: { all: true } })).rejects.toThrow('WRONGPASS')
  })

  test('too many clients', async () => {
    await using server = await startRedis({ settings: ['--maxclients', '1'] })
    const admin = new Redis(server.url)
    admin.on('error', () => undefined)
    onTestFinished(() => admin.disconnect())
    await admin.ping()
    const error = await errorOf({ url: server.url })
    // What it says may be lost with the connection.
    expect(error.message).toMatch(/no connection: .*(max number of clients reached|ECONNRESET|EPIPE|closed)/)
  })

  test('one that waits for more, as it does not speak TLS', async () => {
    await using server = await startRedis()
    const error = await errorOf({ url: `rediss://127.0.0.1:${server.port}` })
    expect(error.message).toContain('there is no connection yet')
  })

  test('one that has accepted, and says nothing', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    proxy.become({ isSilent: true })
    const error = await errorOf({ url: proxy.url })
    expect(error.message).toContain('the server has not said that it is ready')
  })

  test('one whose connection is left, as it takes no writes', async () => {
    await using server = await startRedis({ settings: ['--replicaof', '127.0.0.1', String(await closedPort())] })
    const backend = redisBackend({ url: server.url, timeout: TIMEOUT_MS })
    const cache = createCache({ backend, ttl: '1m', onFault: 'throw' })
    onTestFinished(() => cache.close())
    await expect(cache.set('key', 1)).rejects.toThrow('set failed: READONLY')
    await expect(cache.get('key')).rejects.toThrow('the connection was lost: READONLY')
  })

  test('one that has gone while it was asked', async () => {
    await using server = await startRedis()
    await using proxy = await startProxy(server.port)
    const cache = createCache({
      backend: redisBackend({ url: proxy.url, timeout: TIMEOUT_MS }),
      ttl: '1m',
      onFault: 'throw',
    })
    onTestFinished(() => cache.close())
    await cache.set('key', 'x'.repeat(1_000))
    proxy.become({ cutAfterBytes: 100 })
    await expect(cache.get('key')).rejects.toThrow(/the connection was lost|no connection/)
    // Once it is back, what went wrong before explains nothing.
    expect(await cache.get('key')).toHaveLength(1_000)
  })
})
