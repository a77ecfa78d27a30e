/**
 * Regression: a client that is none ended in a TypeError, or, as a client of another package, in faults of which none said why; a
 * connection that is none led to 127.0.0.1:6379 without a word.
 */
import { EventEmitter } from 'node:events'
import { ConfigError } from '@stowage/core'
import { Redis } from 'ioredis'
import { expect, test, vi } from 'vitest'
import { redisBackend, redisBus } from '../../src/index.ts'

/** The shape of one: an emitter that takes commands by other names. */
class OtherClient extends EventEmitter {
  readonly options = {}
  sendCommand(): void {}
}

const CLIENT =
  'is not a client of ioredis; allowed: its Redis or Cluster, or url in place of a client of another package'
const CONNECTION = "is not allowed; allowed: ioredis' own options"
const CLUSTER = 'is not allowed; allowed: { nodes: [...] }'
const URL_FORM = 'is not the address of a server; allowed: redis://host:port or rediss://host:port'

test.each<[string, object]>([
  [`client: undefined ${CLIENT}`, { client: undefined }],
  [`client: null ${CLIENT}`, { client: null }],
  [`client: a text ${CLIENT}`, { client: 'redis://127.0.0.1:1' }],
  [`client: a function ${CLIENT}`, { client: Redis }],
  [`client: an object ${CLIENT}`, { client: new OtherClient() }],
  [`connection: undefined ${CONNECTION}`, { connection: undefined }],
  [`connection: a text ${CONNECTION}`, { connection: 'redis://:secret@127.0.0.1:1' }],
  [`connection: an array ${CONNECTION}`, { connection: [] }],
  [`cluster: undefined ${CLUSTER}`, { cluster: undefined }],
  [`cluster: an object ${CLUSTER}`, { cluster: {} }],
  [`cluster: an array ${CLUSTER}`, { cluster: [{ host: '127.0.0.1', port: 1 }] }],
  [`url: undefined ${URL_FORM}`, { url: undefined }],
])('%s', (message, options) => {
  const warn = vi.spyOn(process, 'emitWarning')
  for (const open of [redisBackend, redisBus]) {
    expect(() => open(options as never)).toThrow(expect.objectContaining({ message }))
    expect(() => open(options as never)).toThrow(ConfigError)
  }
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})

test('two of them are told as two', () => {
  const both = { url: 'redis://127.0.0.1:1', connection: {} }
  expect(() => redisBackend(both)).toThrow('redisBackend: url and connection are given together; allowed: one of ')
})
