/** A comparison over real processes: the same calls for all, wrong answers out, nothing left after a cancel. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'
import { openBout } from '../src/server/pages/compare/bout.ts'
import type { CompareMessage } from '../src/server/pages/compare/compare-room.ts'
import type { Workload } from '../src/server/pages/compare/messages.ts'
import { Source } from '../src/server/pages/compare/source.ts'
import { traceOf } from '../src/server/pages/compare/trace.ts'
import { warmUpOf } from '../src/server/pages/compare/warm-up.ts'
import { openPlayground, type Playground, temporaryFolder } from './playground.ts'
import { writeSmallFlights } from './small-flights.ts'

const LIMIT_MS = 120_000
const workload: Workload = { callCount: 2_000, sizes: 'mixed', sourceMs: 0, maxMegabytes: 32, seed: 1 }

/** What a page hears, up to the first message that `isLast`. */
async function heardUntil(
  { rooms }: Playground,
  isLast: (message: CompareMessage) => boolean,
): Promise<CompareMessage[]> {
  const heard: CompareMessage[] = []
  for await (const message of rooms.compare.watch(undefined)) {
    heard.push(message)
    if (isLast(message)) break
  }
  return heard
}

test(
  'all take the same calls, lap by lap, each answer right; a page that comes later hears it all; a cancel leaves nothing',
  async () => {
    using folder = temporaryFolder()
    using scratch = temporaryFolder()
    await using playground = await openPlayground({
      files: await writeSmallFlights(folder.path),
      scratch: scratch.path,
    })
    const contestants = ['memory', 'sqlite', 'memory-sqlite'] as const
    await playground.rpc.compare.start.mutate({ contestants, workload })
    const ended = ({ kind }: CompareMessage) => kind === 'ended'
    const heard = await heardUntil(playground, ended)
    expect(heard.at(-1)).toMatchObject({ kind: 'ended', how: 'finished' })
    for (const name of contestants) {
      const laps = heard.flatMap((message) => (message.kind === 'lap' && message.name === name ? [message.lap] : []))
      expect(laps.map(({ callCount }) => callCount)).toEqual(Array.from({ length: 20 }, (_, at) => (at + 1) * 100))
      const last = heard.findLast((message) => message.kind === 'standing' && message.name === name)
      expect(last).toMatchObject({ standing: { state: 'finished', verdict: { wrongCount: 0, failedCount: 0 } } })
      expect(laps.at(-1)?.hitRatio).toBeGreaterThan(laps.at(0)?.hitRatio ?? 1)
    }
    const queries = heard.flatMap((message) =>
      message.kind === 'standing' && 'verdict' in message.standing ? [message.standing.verdict?.sourceQueryCount] : [],
    )
    expect(new Set(queries).size).toBe(1)
    const told = (messages: CompareMessage[]) => messages.filter(({ kind }) => kind !== 'recording')
    expect(told(await heardUntil(playground, ended))).toEqual(told(heard))

    // A lap of these takes many minutes: a cancel that waited for it would never end.
    const slow = { ...workload, callCount: 400_000, sourceMs: 1_000 }
    await playground.rpc.compare.start.mutate({ contestants: ['fs'], workload: slow })
    await heardUntil(playground, ({ kind }) => kind === 'standing')
    expect(readdirSync(scratch.path)).toHaveLength(1)
    await expect(playground.rpc.compare.start.mutate({ contestants, workload })).rejects.toThrow('running already')
    await playground.rpc.compare.cancel.mutate()
    const cancelled = await heardUntil(playground, ended)
    expect(cancelled).toContainEqual({ kind: 'ended', how: 'cancelled', reason: undefined })
    // None is left as running.
    expect(cancelled.findLast(({ kind }) => kind === 'standing')).toMatchObject({ standing: { state: 'cancelled' } })
    expect(readdirSync(scratch.path)).toEqual([])
  },
  LIMIT_MS,
)

test('an answer that is another, or older than an acknowledged change, is a wrong one', async () => {
  const source = new Source([{ name: 'a', rows: [{ n: 1 }] }], workload)
  const right = await source.load(3)
  const given = { answer: right, number: 3, oldest: source.oldest(3), newest: source.newest(3) }
  expect(source.isRight(given)).toBe(true)
  expect(source.isRight({ ...given, number: 4 })).toBe(false)
  expect(source.isRight({ ...given, answer: { ...right, rows: [] } })).toBe(false)
  const acknowledge = source.change(3)
  expect(source.isRight({ ...given, oldest: source.oldest(3) })).toBe(true)
  acknowledge()
  expect(source.isRight({ ...given, oldest: source.oldest(3) })).toBe(false)
  const anew = { answer: await source.load(3), number: 3, oldest: source.oldest(3), newest: source.newest(3) }
  expect(source.isRight(anew)).toBe(true)
  // One from the future is no answer either: nobody had said it when the call ended.
  expect(source.isRight({ ...anew, newest: 0 })).toBe(false)
  const other = { ...anew, answer: { ...right, version: 1, rows: [{ n: 2 }] } }
  const looks = Array.from({ length: 32 }, () => source.isRight(other))
  expect(looks.filter((isRight) => !isRight)).toHaveLength(2)
})

test('a trace is the same for the same seed, and asks for some keys far more often than for others', () => {
  const trace = traceOf(10_000, 500, 7)
  expect(traceOf(10_000, 500, 7)).toEqual(trace)
  expect(traceOf(10_000, 500, 8)).not.toEqual(trace)
  const counts = new Map<number, number>()
  for (const key of trace.keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  const most = [...counts.values()].sort((a, b) => b - a)
  expect(most.slice(0, 50).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(5_000)
  expect(trace.changes.reduce((sum, change) => sum + change, 0)).toBeGreaterThan(50)
})

const recording = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, rows: [{ n: 1 }] }))

test('before its first lap a cache has been asked nothing: what warmed the code up went to another one', async () => {
  using folder = temporaryFolder()
  const place = { folder: folder.path, redisUrl: undefined, recordingFile: '' }
  const bout = await openBout({ contestant: 'memory-sqlite', workload, lapCount: 40, ...place }, recording)
  try {
    const trace = traceOf(workload.callCount, recording.length * 25, workload.seed)
    const [keys, changes] = [trace.keys.slice(0, 50), trace.changes.slice(0, 50)]
    expect(changes.includes(1)).toBe(false)
    const { lap, verdict } = await bout.lap()
    expect(lap).toMatchObject({ callCount: 50, sourceQueryCount: new Set(keys).size })
    expect(verdict).toMatchObject({ sourceQueryCount: new Set(keys).size, wrongCount: 0, failedCount: 0 })
    expect(readdirSync(join(folder.path, 'warm-up'))).toContain('cache.sqlite')
  } finally {
    await bout.close()
  }
})

test('the code is warmed up by loads, hits and invalidations, a run-up by hits alone, and both end when told to', async () => {
  await using cache = createCache({ backend: memoryBackend({ maxBytes: 32_000_000 }), ttl: '1h' })
  const warmUp = warmUpOf(cache, recording)
  await warmUp.compile()
  const compiled = cache.stats()
  expect(compiled.hits).toBeGreaterThan(1_000)
  // One hundred keys, and again after each of the changes.
  expect(compiled.loads).toBeGreaterThan(100)
  await warmUp.runUp()
  const { hits, lookups, loads } = cache.stats()
  expect(hits - compiled.hits).toBeGreaterThanOrEqual(200)
  expect({ misses: lookups - hits, loads }).toEqual({ misses: compiled.lookups - compiled.hits, loads: compiled.loads })
  warmUp.stop()
  await warmUp.runUp()
  expect(cache.stats().lookups).toBe(lookups)
})
