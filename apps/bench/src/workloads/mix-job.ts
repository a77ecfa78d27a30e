/**
 * The mix of diskcache's own benchmark, for one process of ours: of a hundred calls ninety are gets, nine sets and one a
 * deletion, one after the other, each timed. contenders/diskcache-mix.py does the same in Python.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { rawSqlite } from '../contenders/raw-sqlite.ts'
import { stowageFs } from '../contenders/stowage-fs.ts'
import { stowageSqlite } from '../contenders/stowage-sqlite.ts'
import { randomFrom } from '../material/draws.ts'
import { callOf } from './call.ts'
import { type CrewJob, sharedNowMs } from './crew.ts'

export const CALL_NAMES = ['get', 'set', 'delete'] as const
export const PERCENTILES = [50, 90, 99] as const

/** What the caches hold; values are texts, which all of them keep as such. */
export interface MixShape {
  readonly name: string
  readonly keyCount: number
  readonly minBytes: number
  readonly maxBytes: number
}

/** Its own benchmark's. */
export const FEW_KEYS: MixShape = { name: 'mix-few', keyCount: 100, minBytes: 1, maxBytes: 500 }
export const MANY_KEYS: MixShape = { name: 'mix-many', keyCount: 10_000, minBytes: 1_024, maxBytes: 1_024 }
export const mixJobs: readonly CrewJob[] = [FEW_KEYS, MANY_KEYS].map(mixJob)

const CALLS_PER_TURN = 100

export function mixJob(shape: MixShape): CrewJob {
  return {
    name: shape.name,
    contenders: [rawSqlite, stowageSqlite, stowageFs],
    async join(contender, directory) {
      const cache = await contender.open({ entryCount: shape.keyCount, directory, load: () => ({}) })
      const [get, remove] = [callOf(contender, cache, 'get'), callOf(contender, cache, 'delete')]
      for (let at = 0; at < shape.keyCount; at++) await cache.set(keyAt(at), textOf(keyAt(at), at, shape))
      return {
        async run({ round, amount: callCount }) {
          const random = randomFrom(process.pid * 1_000 + round)
          const spentUs = { get: [] as number[], set: [] as number[], delete: [] as number[] }
          let wrongCount = 0
          for (let done = 0; done < callCount; done++) {
            const key = keyAt(Math.floor(random() * shape.keyCount))
            const draw = random()
            const name = draw < 0.9 ? 'get' : draw < 0.99 ? 'set' : 'delete'
            const value = textOf(key, done, shape)
            const startedAtMs = performance.now()
            const found = await (name === 'get' ? get(key) : name === 'set' ? cache.set(key, value) : remove(key))
            spentUs[name].push((performance.now() - startedAtMs) * 1_000)
            if (name === 'get' && found !== undefined && !isSound(found, key, shape)) wrongCount++
            if (done % CALLS_PER_TURN === 0) await turn()
          }
          const endedAtMs = sharedNowMs()
          return { callCount, wrongCount, ...percentiles(spentUs), endedAtMs }
        },
        close: () => cache.close?.(),
      }
    },
  }
}

function keyAt(at: number): string {
  return `key:${at}`
}

function textOf(key: string, number: number, { minBytes, maxBytes }: MixShape): string {
  return `${key}=`.padEnd(minBytes + (number % (maxBytes - minBytes + 1)), 'x')
}

function isSound(found: unknown, key: string, { maxBytes }: MixShape): boolean {
  return typeof found === 'string' && found.startsWith(`${key}=`) && found.length <= maxBytes
}

function percentiles(spentUs: Readonly<Record<string, number[]>>): Record<string, number> {
  const figures = CALL_NAMES.flatMap((name) => {
    const sorted = (spentUs[name] ?? []).toSorted((a, b) => a - b)
    const at = (percentile: number) => sorted[Math.floor(((sorted.length - 1) * percentile) / 100)] ?? 0
    return PERCENTILES.map((percentile) => [`${name}P${percentile}Us`, at(percentile)] as const)
  })
  return Object.fromEntries(figures)
}
