/** A lone set is two plain commands: the epoch is read before the value is written, and seen to have been. */
import { randomUUID } from 'node:crypto'
import { createCache } from '@stowage/core'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test, vi } from 'vitest'
import { redisBackend } from '../src/index.ts'

describeWithRedis('a lone set', (url) => {
  function open() {
    const client = new Redis(url, {
      commandTimeout: 5_000,
      socketTimeout: 5_000,
      maxRetriesPerRequest: 1,
      autoResendUnfulfilledCommands: false,
    })
    onTestFinished(() => client.disconnect())
    const backend = redisBackend({ client, prefix: `test:${randomUUID()}:` })
    const cache = createCache({ backend, ttl: '1m', onFault: 'throw' })
    onTestFinished(() => cache.close())
    return { client, cache }
  }

  test('asks for the epoch first, and in plain commands; several share a script', async () => {
    const { client, cache } = open()
    await cache.set('key', 0)
    const calls = vi.spyOn(client, 'callBuffer')
    await cache.set('key', 1)
    expect(calls.mock.calls.map(([name]) => name)).toEqual(['mget', 'set'])
    calls.mockClear()
    await Promise.all([cache.set('key', 2), cache.set('other', 2)])
    expect(calls.mock.calls.map(([name]) => name)).not.toContain('set')
    expect(await cache.getMany(['key', 'other'])).toEqual(
      new Map([
        ['key', 2],
        ['other', 2],
      ]),
    )
    await Promise.all([cache.delete('key'), cache.delete('other')])
  })

  test('fails where the epoch may have been read after it', async () => {
    const { client, cache } = open()
    await cache.set('key', 0)
    const written = Promise.withResolvers<void>()
    const callBuffer = client.callBuffer.bind(client)
    vi.spyOn(client, 'callBuffer').mockImplementation(async (name: string, ...args: (string | number | Buffer)[]) => {
      const answer = await callBuffer(name, ...args)
      if (name === 'set') setImmediate(written.resolve)
      else await written.promise
      return answer
    })
    await expect(cache.set('key', 1)).rejects.toThrow(/out of order/)
    vi.restoreAllMocks()
    await cache.delete('key')
  })
})
