import { ConfigError } from '@stowage/core'
import { Cluster, Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../src/index.ts'
import { planRedis } from '../src/options.ts'
import { ownClient } from '../src/own-client.ts'

function idleClient(options: object = {}): Redis {
  const client = new Redis({ lazyConnect: true, ...options })
  onTestFinished(() => client.disconnect())
  return client
}

function idleCluster(options: object): Cluster {
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true, ...options })
  onTestFinished(() => cluster.disconnect())
  return cluster
}

test.each([
  ['no server', {}, /redisBackend: none is given; allowed: one of client, url, connection, cluster/],
  ['two servers', { url: 'redis://h', connection: {} }, /redisBackend: url and connection are given together/],
  ['an unknown option', { url: 'redis://h', ttl: 1 }, /ttl/],
  ['braces', { url: 'redis://h', prefix: '{a}' }, /prefix: '\{a\}'/],
  ['no prefix', { url: 'redis://h', prefix: '' }, /prefix: ''/],
  ['no time', { url: 'redis://h', timeout: 0 }, /timeout/],
  ['another protocol', { url: 'http://h' }, /url: what is given is not the address of a server/],
])('%s is refused', (_, options, message) => {
  const open = (): void => {
    Reflect.apply(redisBackend, undefined, [options])
  }
  expect(open).toThrow(ConfigError)
  expect(open).toThrow(message)
})

test('the defaults', () => {
  expect(planRedis({ url: 'redis://h' })).toMatchObject({ prefix: 'stowage:', timeoutMs: 500 })
})

test('a client with a keyPrefix is refused, since SCAN does not know it', () => {
  expect(() => redisBackend({ client: idleClient({ keyPrefix: 'x:' }) })).toThrow(/keyPrefix/)
})

test.each(['slave', 'all'] as const)(
  'R5: a client that reads from replicas (%s) is refused, since they do not know the last invalidations',
  (scaleReads) => {
    expect(() => redisBackend({ client: idleCluster({ scaleReads }) })).toThrow(/scaleReads/)
  },
)

test('a client that can hang is reported once, with what to set', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const client = idleClient()
  redisBackend({ client })
  redisBackend({ client })
  expect(warn).toHaveBeenCalledOnce()
  expect(String(warn.mock.calls[0]?.[0])).toContain(
    'set commandTimeout: 500, socketTimeout: 1000, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false',
  )
})

test('a client that cannot is not', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const safe = { commandTimeout: 1, socketTimeout: 2, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false }
  redisBackend({ client: idleClient(safe) })
  redisBackend({
    client: idleCluster({ redisOptions: safe, retryDelayOnFailover: 0, retryDelayOnClusterDown: 0 }),
  })
  expect(warn).not.toHaveBeenCalled()
})

test('of a Cluster, what is set for its servers counts, and what it does by itself', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  redisBackend({ client: idleCluster({ redisOptions: { commandTimeout: 1, maxRetriesPerRequest: 0 } }) })
  expect(String(warn.mock.calls[0]?.[0])).toMatch(
    /set redisOptions\.socketTimeout: 1000, redisOptions\.autoResendUnfulfilledCommands: false, retryDelayOnFailover: 0, retryDelayOnClusterDown: 0$/,
  )
})

/** Each has its reason in own-client.ts; most show only in trouble that lasts for minutes. */
test('a client of our own notices silence, gives up in time, sends nothing twice, and comes back within seconds', () => {
  const safe = {
    socketTimeout: 600,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
    replyMapping: 'legacy',
  }
  const [single, cluster] = [
    ownClient({ connection: { lazyConnect: true } }, 300),
    ownClient({ cluster: { nodes: [{ host: '127.0.0.1', port: 1 }], options: { lazyConnect: true } } }, 300),
  ]
  onTestFinished(() => {
    single.disconnect()
    cluster.disconnect()
  })
  expect(single.options).toMatchObject({ ...safe, enableOfflineQueue: false })
  expect(cluster.options).toMatchObject({
    slotsRefreshTimeout: 2_000,
    slotsRefreshInterval: 1_000,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    maxRedirections: 5,
    retryDelayOnTryAgain: 1,
    redisOptions: safe,
  })
  for (const [options, name] of [
    [single.options, 'retryStrategy'],
    [cluster.options, 'clusterRetryStrategy'],
  ] as const) {
    const delayMs: unknown = Reflect.get(options, name)
    if (typeof delayMs !== 'function') throw new Error(`${name} is none`)
    expect([1, 2, 5, 6, 1_000].map((attempts): unknown => Reflect.apply(delayMs, undefined, [attempts]))).toEqual([
      50, 100, 800, 1_000, 1_000,
    ])
  }
  const leaves: unknown = Reflect.get(single.options, 'reconnectOnError')
  if (typeof leaves !== 'function') throw new Error('it keeps to a server that takes no writes')
  expect(Reflect.apply(leaves, undefined, [new Error("READONLY You can't write against a read only replica.")])).toBe(
    true,
  )
  expect(Reflect.apply(leaves, undefined, [new Error('OOM command not allowed')])).toBe(false)
})
