/**
 * Regression: settings under which nothing is kept or found again were taken. Of a client `stringNumbers` and `enableAutoPipelining`; and
 * any of them, `keyPrefix` too, in the query of a URL.
 */
import { ConfigError } from '@stowage/core'
import { Cluster, Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend, redisBus } from '../../src/index.ts'

test.each([
  ['stringNumbers', true],
  ['enableAutoPipelining', true],
  ['keyPrefix', 'foo:'],
])('%s is refused of a client, of the servers of a Cluster, of a URL and of options', (name, given) => {
  const client = new Redis({ lazyConnect: true, [name]: given })
  const cluster = new Cluster([], { lazyConnect: true, redisOptions: { [name]: given } })
  onTestFinished(() => {
    client.disconnect()
    cluster.disconnect()
  })
  const disconnect = vi.spyOn(Redis.prototype, 'disconnect')
  onTestFinished(() => disconnect.mockRestore())
  const message = new RegExp(`^${name} of the client: .* is refused; allowed: `)
  for (const open of [redisBackend, redisBus]) {
    for (const options of [{ client }, { client: cluster }]) expect(() => open(options)).toThrow(message)
    expect(disconnect).not.toHaveBeenCalled()
    for (const options of [{ url: `redis://127.0.0.1:1?${name}=${given}` }, { connection: { [name]: given } }]) {
      expect(() => open(options)).toThrow(ConfigError)
      expect(() => open(options)).toThrow(message)
    }
    // What was made for them does not go on trying to connect.
    expect(disconnect).toHaveBeenCalledTimes(4)
    disconnect.mockClear()
  }
})
