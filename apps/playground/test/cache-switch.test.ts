/** Another cache in service while requests go on: none fails, none is answered with what was invalidated meanwhile. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createFakeClock } from '@stowage/core/testing'
import { describeWithRedis, findRedisBinary } from '@stowage/test-servers'
import { expect, test } from 'vitest'
import { answersPing } from '../src/server/redis/redis-ping.ts'
import { BACKEND_CHOICES, DEFAULT_CHOICE } from '../src/shared/cache-choice.ts'
import { gatedSource } from './gated-source.ts'
import { openPlayground, type Playground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

/** A port on which nobody listens, and nothing to start. */
const NOWHERE = 'redis://127.0.0.1:1'
const NO_REDIS = { usualUrl: NOWHERE, program: { found: false, reason: 'no redis-server' } } as const
const served = async ({ ask, rooms }: Playground) => (await ask('delays', rooms.flights.days)).served

async function switchUnderLoad(playground: Playground, backends: readonly (typeof BACKEND_CHOICES)[number][]) {
  const { address, rpc } = playground
  let isOver = false
  const outcomes = new Map<number, number>()
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let turn = client; !isOver; turn += 1) {
      const panel = ['totals', 'delays', 'routes', 'months'][turn % 4]
      const { status } = await fetch(`${address}/api/panels/${panel}`)
      outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
    }
  })
  for (const backend of backends) {
    await rpc.settings.chooseCache.mutate({ ...DEFAULT_CHOICE, backend })
  }
  isOver = true
  await Promise.all(clients)
  return outcomes
}

test('switching through all backends under load fails no request', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const backends = BACKEND_CHOICES.filter((backend) => !backend.includes('redis'))
  const outcomes = await switchUnderLoad(playground, [...backends, ...backends])
  expect([...outcomes.keys()]).toEqual([200])
  expect(outcomes.get(200)).toBeGreaterThan(2 * backends.length)
})

test('a request that is on its way ends on the old cache, which closes only then', async () => {
  using folder = temporaryFolder()
  const gate = gatedSource()
  const clock = createFakeClock()
  await using playground = await openPlayground({
    files: await writeSmallFlights(folder.path),
    clock,
    openSource: gate.openSource,
  })
  const asked = served(playground)
  await expect.poll(() => playground.rooms.cache.stats().loading).toBe(1)
  let isClosed = false
  const switching = playground.rooms.desk.choose({ ...DEFAULT_CHOICE, backend: 'memory' }).then((report) => {
    isClosed = true
    return report
  })
  await expect.poll(() => playground.rooms.desk.choice().backend).toBe('memory')
  await expect.poll(() => playground.rooms.cache.stats().loading).toBe(0)
  // Longer than a cache that is closed waits by itself.
  clock.advanceMs(60_000)
  for (let turn = 0; turn < 5; turn += 1) await playground.get('/healthz')
  expect(isClosed).toBe(false)
  gate.open()
  expect(await asked).toMatchObject({ outcome: 'loaded' })
  expect(await switching).toMatchObject({ keptEntries: false })
})

test('a store that was out of service is emptied: it has not heard of what was invalidated', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const { desk } = playground.rooms
  await served(playground)
  await desk.choose({ ...DEFAULT_CHOICE, backend: 'fs' })
  await playground.rpc.dashboard.completeFlight.mutate()
  await desk.choose(DEFAULT_CHOICE)
  expect(await served(playground)).toMatchObject({ outcome: 'loaded' })
})

test('the same last tier stays warm, unless it is written in another way', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path) })
  const { desk } = playground.rooms
  await served(playground)
  await desk.choose({ ...DEFAULT_CHOICE, backend: 'sqlite', ttlMinutes: 5 })
  expect(await served(playground)).toMatchObject({ outcome: 'hit', tier: 'sqlite' })
  await desk.choose({ ...DEFAULT_CHOICE, codec: 'msgpack', compression: 'zstd' })
  expect(await served(playground)).toMatchObject({ outcome: 'loaded' })
  expect(await served(playground)).toMatchObject({ outcome: 'hit', tier: 'memory' })
})

test('the choice holds after a restart, and one that cannot be opened then gives way and says so', async () => {
  using folder = temporaryFolder()
  const options = { directory: folder.path, files: await writeSmallFlights(folder.path), redisOptions: NO_REDIS }
  {
    await using first = await openPlayground(options)
    await first.rooms.desk.choose({ ...DEFAULT_CHOICE, backend: 'fs' })
    await served(first)
  }
  {
    await using second = await openPlayground(options)
    expect(second.rooms.desk.choice().backend).toBe('fs')
    expect(await served(second)).toMatchObject({ outcome: 'hit', tier: 'fs' })
    expect(existsSync(join(folder.path, 'cache', 'flights', 'files'))).toBe(true)
    await second.rooms.store.set('cache-choice', { ...DEFAULT_CHOICE, backend: 'redis' })
  }
  await using third = await openPlayground(options)
  expect(await third.rpc.settings.cache.query()).toMatchObject({
    choice: DEFAULT_CHOICE,
    fallbackReason: expect.stringContaining('no server answers at 127.0.0.1:1') as string,
  })
})

test('without a Redis it is not on offer, with the reason; choosing it all the same changes nothing', async () => {
  using folder = temporaryFolder()
  await using playground = await openPlayground({ files: await writeSmallFlights(folder.path), redisOptions: NO_REDIS })
  const { redis } = await playground.rpc.settings.cache.query()
  expect(redis).toEqual({
    isAvailable: false,
    words:
      'no server answers at 127.0.0.1:1, and there is no redis-server to start; start one, or name one in REDIS_URL',
  })
  await expect(
    playground.rpc.settings.chooseCache.mutate({ ...DEFAULT_CHOICE, backend: 'memory+redis' }),
  ).rejects.toThrow('memory+redis cannot be used: no server answers')
  expect(playground.rooms.desk.choice()).toEqual(DEFAULT_CHOICE)
  expect(await served(playground)).toMatchObject({ outcome: 'loaded' })
})

describeWithRedis('with a Redis', (url) => {
  test('it is found, and all its combinations serve under load', async () => {
    using folder = temporaryFolder()
    await using playground = await openPlayground({
      files: await writeSmallFlights(folder.path),
      redisOptions: { url },
    })
    const backends = BACKEND_CHOICES.filter((backend) => backend.includes('redis'))
    expect([...(await switchUnderLoad(playground, backends)).keys()]).toEqual([200])
    expect((await playground.rpc.settings.cache.query()).redis).toEqual({
      isAvailable: true,
      words: `found at ${new URL(url).host}`,
    })
  })

  test('one that was away at a start, or under another tier, has missed what was invalidated: it begins empty', async () => {
    using folder = temporaryFolder()
    const options = { directory: folder.path, files: await writeSmallFlights(folder.path) }
    {
      await using first = await openPlayground({ ...options, redisOptions: { url } })
      await served(first)
      await first.rooms.desk.choose({ ...DEFAULT_CHOICE, backend: 'memory+redis' })
      await first.rpc.dashboard.completeFlight.mutate()
      // Its sqlite tier is the one that was left with the answers of before.
      await first.rooms.desk.choose({ ...DEFAULT_CHOICE, backend: 'memory+sqlite+redis' })
      expect(await served(first)).toMatchObject({ outcome: 'loaded' })
      await first.rooms.desk.choose({ ...DEFAULT_CHOICE, backend: 'redis' })
      expect(await served(first)).toMatchObject({ outcome: 'hit', tier: 'redis' })
    }
    {
      await using second = await openPlayground({ ...options, redisOptions: NO_REDIS })
      expect(second.rooms.desk.choice()).toEqual(DEFAULT_CHOICE)
      await second.rpc.dashboard.completeFlight.mutate()
    }
    await using third = await openPlayground({ ...options, redisOptions: { url } })
    expect(third.rooms.desk.choice().backend).toBe('redis')
    expect(await served(third)).toMatchObject({ outcome: 'loaded' })
  })

  test('the app’s own is started when it is chosen, and ends with the server', async () => {
    using folder = temporaryFolder()
    const found = await findRedisBinary()
    if (!found.found) throw new Error('there is a Redis, but no program of it')
    const { command, libraryPath } = found.binary
    const program = { found: true, command, env: { ...process.env, LD_LIBRARY_PATH: libraryPath } } as const
    const options = { usualUrl: NOWHERE, program }
    let url = ''
    {
      await using playground = await openPlayground({
        files: await writeSmallFlights(folder.path),
        redisOptions: options,
      })
      await playground.rooms.desk.choose({ ...DEFAULT_CHOICE, backend: 'redis' })
      expect(await served(playground)).toMatchObject({ outcome: 'loaded' })
      expect(await served(playground)).toMatchObject({ outcome: 'hit', tier: 'redis' })
      url = await playground.rooms.redisPlace.url()
      expect(await answersPing(url)).toBe(true)
    }
    expect(await answersPing(url)).toBe(false)
  })
})
