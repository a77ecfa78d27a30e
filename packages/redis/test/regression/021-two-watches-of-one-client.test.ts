/**
 * Regression: of two backends with one client that were both watched, the first heard nothing any more and did not say so, as a connection has one
 * tracking: its near copies were served however others changed them. So it was where the user tracked the client for purposes of their own.
 */
import { ConfigError } from '@stowage/core'
import { findRedisBinary, startRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ForeignChange, redisBackend } from '../../src/index.ts'

const search = await findRedisBinary()
const SOON = { timeout: 10_000, interval: 5 }
const SAFE = {
  commandTimeout: 5_000,
  socketTimeout: 5_000,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
} as const

describe.skipIf(!search.found)('a client that is watched through', { timeout: 30_000 }, () => {
  test('is refused to another watch, for as long as the first one lasts', async () => {
    await using server = await startRedis()
    const client = new Redis(server.url, SAFE)
    onTestFinished(() => client.disconnect())
    const [first, second] = ['first:', 'second:'].map((prefix) => redisBackend({ client, prefix }))
    onTestFinished(async () => {
      await Promise.all([first?.close(), second?.close()])
    })
    const gaps: ForeignChange['gap'][] = []
    const stop = first?.watch(({ gap }) => gap !== undefined && gaps.push(gap))
    const watchSecond = () => second?.watch(({ gap }) => gap !== undefined && gaps.push(gap))
    expect(watchSecond).toThrow(ConfigError)
    expect(watchSecond).toThrow('another backend with the same client is watched already')
    await expect.poll(() => gaps, SOON).toEqual(['over'])
    stop?.()
    watchSecond()
    await expect.poll(() => gaps, SOON).toEqual(['over', 'over'])
  })

  test('is tracked for the watch again when somebody has it tracked for another', async () => {
    await using server = await startRedis()
    const client = new Redis(server.url, SAFE)
    const listener = new Redis(server.url, SAFE)
    const backend = redisBackend({ client })
    onTestFinished(async () => {
      await backend.close()
      client.disconnect()
      listener.disconnect()
    })
    const gaps: ForeignChange['gap'][] = []
    backend.watch(({ gap }) => gap !== undefined && gaps.push(gap))
    await expect.poll(() => gaps, SOON).toEqual(['over'])
    const id = String(await listener.call('client', ['id']))
    await client.call('client', ['tracking', 'off'])
    await client.call('client', ['tracking', 'on', 'redirect', id, 'bcast', 'prefix', 'other:'])
    await expect.poll(() => gaps.slice(0, 3), SOON).toEqual(['over', 'open', 'over'])
  })
})
