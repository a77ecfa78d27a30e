import { ConfigError } from '@stowage/core'
import { Cluster, Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../src/index.ts'
import { planRedis } from '../src/options.ts'

function idleClient(options: object = {}): Redis {
  const client = new Redis({ lazyConnect: true, ...options })
  onTestFinished(() => client.disconnect())
  return client
}

test.each([
  ['no server', {}, /redisBackend: none is given; allowed: one of client, url, connection, cluster/],
  ['two servers', { url: 'redis://h', connection: {} }, /redisBackend: url and connection is given/],
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

test('R5: a client that reads from replicas is refused, since they do not know the last invalidations', () => {
  const cluster = new Cluster([{ host: '127.0.0.1', port: 1 }], { lazyConnect: true, scaleReads: 'slave' })
  onTestFinished(() => cluster.disconnect())
  expect(() => redisBackend({ client: cluster })).toThrow(/scaleReads/)
})

test('a client that can hang is reported once, with what to set', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const client = idleClient()
  redisBackend({ client })
  redisBackend({ client })
  expect(warn).toHaveBeenCalledOnce()
  expect(String(warn.mock.calls[0]?.[0])).toContain(
    'set commandTimeout: 500, socketTimeout: 1000, maxRetriesPerRequest: 1, autoResendUnfulfilledCommands: false',
  )
})

test('a client that cannot is not', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  onTestFinished(() => warn.mockRestore())
  const safe = { commandTimeout: 1, socketTimeout: 2, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false }
  redisBackend({ client: idleClient(safe) })
  expect(warn).not.toHaveBeenCalled()
})
