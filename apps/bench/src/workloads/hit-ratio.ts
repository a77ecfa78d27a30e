/**
 * What share of the requests of real and made traffic misses a cache with room for 0.1 to 20 % of the keys. Nothing is timed, so one round
 * is enough. Peers that have a limit drop what was used least recently, as lru-cache does, which several of them stand on.
 */
import type { Bout, Entrant, Figures, Workload } from '../harness/contract.ts'
import { WrongAnswerError } from '../harness/contract.ts'
import { traceNames, traceOf } from '../material/traces.ts'
import { type Engine, lruCache, OWN, PEER, stowage } from './engine.ts'

const SHARES = [0.1, 1, 5, 20] as const
const UNBOUNDED = 'Map, without a limit'
const VALUE = { held: true }
/** The ttl of entries is not to end within a replay; a turn of the loop lets the engine's clock go on. */
const REQUESTS_PER_TURN = 10_000

type Open = (capacity: number) => Promise<Engine>

const ENTRANTS: readonly (readonly [name: string, packages: readonly string[], open: Open])[] = [
  [PEER, ['lru-cache'], lruCache],
  [OWN, ['@stowage/memory'], (maxEntries) => stowage({ maxEntries })],
  [UNBOUNDED, [], async () => new Map<string, object>()],
]

export const hitRatios: readonly Workload[] = traceNames.map((trace) => ({
  name: `hit-ratio-${trace}`,
  row: 25,
  title: `requests of ${trace} that miss, with room for so many percent of its keys`,
  entrants: ENTRANTS.map(
    ([name, packages, open]): Entrant => ({ name, packages, open: async () => replaying(traceOf(trace), open) }),
  ),
  measures: SHARES.map((share) => ({ name: nameOf(share), title: `% missed at ${share} %` })),
  reference: PEER,
  targets: [],
  rounds: () => ({ warmUpCount: 0, roundCount: 1 }),
}))

function nameOf(share: number): string {
  return `missedAt${share}`
}

function replaying(trace: readonly number[], open: Open): Bout {
  const keys = trace.map((number) => `key:${number}`)
  const keyCount = new Set(keys).size
  return {
    async smoke() {
      const engine = await open(10)
      engine.set('key', VALUE)
      if (engine.get('key') !== VALUE || engine.get('other') !== undefined) throw new WrongAnswerError('it is no cache')
    },
    async round() {
      const figures: Record<string, number> = {}
      for (const share of SHARES) {
        const engine = await open(Math.max(1, Math.round((keyCount * share) / 100)))
        figures[nameOf(share)] = await missedPercent(engine, keys)
      }
      return figures satisfies Figures
    },
    close: async () => undefined,
  }
}

async function missedPercent(engine: Engine, keys: readonly string[]): Promise<number> {
  let missCount = 0
  for (const [at, key] of keys.entries()) {
    if (engine.get(key) === undefined) {
      missCount++
      engine.set(key, VALUE)
    }
    if (at % REQUESTS_PER_TURN === 0) await new Promise(setImmediate)
  }
  return (100 * missCount) / keys.length
}
