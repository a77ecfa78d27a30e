/** A comparison over real processes: the same calls for all, wrong answers out, nothing left after a cancel. */
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { CompareMessage } from '../src/server/pages/compare/compare-room.ts'
import type { Workload } from '../src/server/pages/compare/messages.ts'
import { Source } from '../src/server/pages/compare/source.ts'
import { traceOf } from '../src/server/pages/compare/trace.ts'
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
      expect(laps.map(({ callCount }) => callCount)).toEqual(Array.from({ length: 40 }, (_, at) => (at + 1) * 50))
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
