/**
 * Interleavings: what meets a load, in any order of arrivals and answers. Two caches stand on one remote backend, the steps
 * of a history overlap, and the scheduler chooses what ends next; interleaving/rules.ts says what no history may show.
 * Each run has a seed of its own and prints it. To see one again: `SEED=7 vitest run interleavings`; to search longer:
 * `RUNS=100000`.
 */
import type { Lease, LeaseMode, NewEntry } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RemoteBackend } from './interleaving/remote-backend.ts'
import { ACTS, QUESTIONS } from './interleaving/steps.ts'
import { Wire } from './interleaving/wire.ts'
import { type Played, type Setting, World } from './interleaving/world.ts'

const RUNS = Number(process.env['RUNS'] ?? 1_000)
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

console.log(`interleavings: seed ${SEED}`)

type Act = keyof typeof ACTS
type Question = keyof typeof QUESTIONS

interface Scenario extends Setting {
  readonly acts: readonly Act[]
  /** What meets them; every question unless said otherwise. */
  readonly questions?: readonly Question[]
}

/** Not those that need a scenario of their own: their outcome would break a rule that holds for the others. */
const TOGETHER = (Object.keys(ACTS) as Act[]).filter((act) => !['close', 'keeping load', 'increment'].includes(act))

const SCENARIOS = {
  'a load against delete': { acts: ['delete'] },
  'a load against an invalidation by tag': { acts: ['invalidate by tag'] },
  'a load against an invalidation by prefix': { acts: ['invalidate by prefix'] },
  'a load against an invalidation by pattern': { acts: ['invalidate by pattern'] },
  'a load against clear': { acts: ['clear'] },
  'a load against clear of its namespace': { acts: ['clear'], namespace: 'n' },
  'a load against set': { acts: ['set'] },
  'a load against expire': { acts: ['expire', 'set'] },
  'a load against add, update and take': { acts: ['add', 'update', 'take', 'increment'] },
  'a load against close': { acts: ['close', 'set', 'a second passes'], ttl: '1s' },
  'a load against one that must be fresh': { acts: ['fresh load'] },
  'a load against others of other fingerprints': { acts: ['load of a', 'load of b'] },
  'loads shared between processes': {
    acts: ['shared load', 'shared load, skipping', 'shared load, failing'],
    questions: ['get', 'lookup'],
  },
  'shared loads against delete': { acts: ['shared load', 'delete'], questions: ['get'] },
  'a load against a bulk load': { acts: ['bulk load'] },
  'refreshes behind against what changes': {
    acts: ['a second passes', 'delete', 'invalidate by tag', 'clear', 'set', 'expire'],
    ttl: '1s',
  },
  'refreshes that keep what there was against what changes': {
    acts: ['a second passes', 'keeping load', 'delete', 'invalidate by tag', 'clear', 'set'],
    ttl: '1s',
  },
  'all of them': { acts: TOGETHER },
} as const satisfies Readonly<Record<string, Scenario>>

const STEPS = { ...QUESTIONS, ...ACTS }

/** A history has an act of its scenario at least; where it stands says nothing, since all begin when the scheduler says. */
function historyOf({ acts, questions = Object.keys(QUESTIONS) as Question[] }: Scenario): fc.Arbitrary<Played[]> {
  const [cacheAt, lets] = [fc.nat(1), fc.nat(40)]
  const act = fc.tuple(fc.constantFrom(...acts), cacheAt, lets)
  const any = fc.tuple(fc.constantFrom(...questions, ...acts), cacheAt, lets)
  return fc.tuple(act, fc.array(any, { minLength: 2, maxLength: 9 })).map(([first, others]) => [first, ...others])
}

/** Most trips take their turn; a slow one lets whole calls of others end. */
const slowness = fc.infiniteStream(
  fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(60) }),
)

function interleavings(scenario: Scenario, open: (wire: Wire, holds: 'values' | 'bytes') => RemoteBackend) {
  const [holds, begins] = [fc.constantFrom('values', 'bytes'), fc.constantFrom('empty', 'filled')]
  return fc.asyncProperty(
    fc.scheduler(),
    slowness,
    holds,
    begins,
    historyOf(scenario),
    (scheduler, slow, held, begun, steps) =>
      new World(open(new Wire(scheduler, slow), held), scenario).play(steps, STEPS, begun),
  )
}

test.each(Object.entries<Scenario>(SCENARIOS))(
  `%s: ${RUNS} interleavings`,
  async (name, scenario) => {
    const property = interleavings(scenario, (wire, holds) => new RemoteBackend(wire, holds))
    await fc.assert(property, { numRuns: RUNS, seed: SEED + Object.keys(SCENARIOS).indexOf(name) })
  },
  600_000,
)

describe('the search finds a backend', () => {
  /** Its check of the lease and its write are two steps. */
  class ChecksThenWrites extends RemoteBackend {
    constructor(wire: Wire, held: 'values' | 'bytes') {
      super(wire, held)
      const late = async (key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) => {
        const holds =
          lease === undefined || ReferenceBackend.prototype.renew.call(this, lease, entry.facts.tags, 30_000, nowMs)
        await wire.trip('checked')
        return holds ? ReferenceBackend.prototype.set.call(this, key, entry, nowMs, undefined) : 'superseded'
      }
      Reflect.set(this, 'set', late)
    }
  }

  /** Its deletions void nothing. */
  class LeasesOutliveDelete extends RemoteBackend {
    override delete(key: string, nowMs: number, lease: Lease | undefined): boolean {
      if (lease !== undefined) return super.delete(key, nowMs, lease)
      const seen = ReferenceBackend.prototype.get.call(this, key, nowMs)
      if (typeof seen !== 'string') this.discard(key, seen)
      return typeof seen !== 'string'
    }
  }

  /** It looks at tags as of the write, not as of the lease. */
  class TagsAsOfTheWrite extends RemoteBackend {
    override set(key: string, entry: NewEntry, nowMs: number, lease: Lease | undefined) {
      const holds = lease === undefined || ReferenceBackend.prototype.renew.call(this, lease, [], 30_000, nowMs)
      return holds ? super.set(key, entry, nowMs, undefined) : 'superseded'
    }
  }

  /** It gives what one may have to all. */
  class SharesTheExclusive extends RemoteBackend {
    override lease(key: string, _: LeaseMode, lengthMs: number, nowMs: number) {
      return super.lease(key, 'fence', lengthMs, nowMs)
    }
  }

  /** It gives new instants to what it read, whatever has come since. */
  class TouchesByKey extends RemoteBackend {
    override touch(...[key, seen, times, nowMs, leases]: Parameters<ReferenceBackend['touch']>): boolean {
      const { facts, payload } = seen
      if (payload.holds === 'value') return super.touch(key, seen, times, nowMs, leases)
      const { encoded } = payload
      const entry = {
        facts: { ...facts, ...times },
        value: undefined,
        maxBytes: Number.MAX_VALUE,
        encode: () => encoded,
      }
      return super.set(key, entry, nowMs, undefined) === 'stored'
    }
  }

  test.each([
    ['checks the lease and writes in two steps', 'all of them', ChecksThenWrites],
    ['voids nothing when it deletes', 'a load against delete', LeasesOutliveDelete],
    ['looks at tags as of the write', 'a load against an invalidation by tag', TagsAsOfTheWrite],
    ['gives the exclusive lease to all', 'loads shared between processes', SharesTheExclusive],
    ['touches by key', 'a load against expire', TouchesByKey],
  ] as const)(
    'that %s, in: %s',
    async (_, name, Broken) => {
      const property = interleavings(SCENARIOS[name], (wire, holds) => new Broken(wire, holds))
      await expect(fc.assert(property, { numRuns: RUNS, seed: SEED })).rejects.toThrow(/Property failed after/)
    },
    60_000,
  )
})
