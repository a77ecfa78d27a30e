/** B26: over random histories a backend answers as the reference does, step by step. */
import assert from 'node:assert/strict'
import type { Backend, InvalidationTarget, Lease } from '../../backend.ts'
import type { CaseWorld } from '../case-world.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { createRandom, type Random } from '../random.ts'
import { ReferenceBackend } from '../reference-backend.ts'
import { checked } from './checking.ts'

const KEYS = ['a', 'ab', 'b', '#n/=a', '[1,'] as const
const TAGS = ['t1', 't2', 't3'] as const
const TARGETS: readonly [InvalidationTarget, ...InvalidationTarget[]] = [
  { prefix: 'a' },
  { pattern: '?', root: '' },
  { pattern: '*', root: '#n/' },
  { all: true },
]
const HISTORY_COUNT = 30
const STEP_COUNT = 60

/** The same lease as the two backends know it. */
interface LeasePair {
  readonly key: string
  readonly tested: Lease
  readonly model: Lease
}

async function step(
  world: CaseWorld,
  random: Random,
  tested: Backend,
  model: Backend,
  leases: LeasePair[],
): Promise<string> {
  const key = random.pick(KEYS)
  const tags = TAGS.filter(() => random.below(3) === 0)
  const both = async <T>(run: (backend: Backend) => T | Promise<T>): Promise<readonly [T, T]> => [
    await run(tested),
    await run(model),
  ]
  const same = async (name: string, run: (backend: Backend) => unknown): Promise<string> => {
    const [actual, expected] = await both(run)
    assert.deepEqual(actual, expected, name)
    return name
  }
  const wish = { tags, freshMs: 1 + random.below(40), staleMs: random.below(20) }
  switch (random.below(11)) {
    case 0:
    case 1:
    case 2: {
      const value = random.below(1_000)
      return same(`set ${key} [${tags.join()}]`, (backend) => world.put(backend, key, value, wish))
    }
    case 3: {
      const [own, models] = await both((backend) => backend.lease(key, 'fence', 31, world.nowMs))
      assert.ok(own && models)
      leases.push({ key, tested: own, model: models })
      return `lease ${key}`
    }
    case 4: {
      const pair = leases.splice(random.below(leases.length), 1)[0]
      if (pair === undefined) return 'no lease to write under'
      return same(`write ${pair.key} under a lease [${tags.join()}]`, (backend) =>
        world.put(backend, pair.key, 'loaded', { ...wish, lease: backend === tested ? pair.tested : pair.model }),
      )
    }
    case 5:
      return same(`delete ${key}`, (backend) => backend.delete(key, world.nowMs, undefined))
    case 6:
      return same(`invalidate tags ${tags.join()}`, (backend) => backend.invalidate({ tags }, world.nowMs))
    case 7: {
      const target = random.pick(TARGETS)
      return same(`invalidate ${JSON.stringify(target)}`, (backend) => backend.invalidate(target, world.nowMs))
    }
    case 8:
      await both((backend) => backend.sweep(world.nowMs))
      return 'sweep'
    case 9: {
      const { torn, wrong, orphans, repaired } = await checked(world, tested, true)
      assert.deepEqual([torn, wrong, orphans, repaired], [0, 0, 0, 0], 'found by a check')
      return 'check'
    }
    default:
      world.nowMs += random.below(30)
      return `time ${world.nowMs}`
  }
}

export const modellingCases: readonly ConformanceCase[] = [
  {
    clause: 'B26',
    name: `${HISTORY_COUNT} random histories of ${STEP_COUNT} steps`,
    needs: [],
    async run(world) {
      for (let seed = 1; seed <= HISTORY_COUNT; seed++) {
        const random = createRandom(seed)
        const tested = await world.open()
        const model = new ReferenceBackend()
        const leases: LeasePair[] = []
        const story: string[] = []
        for (let at = 0; at < STEP_COUNT; at++) {
          story.push(await step(world, random, tested, model, leases))
          for (const key of KEYS) {
            const [actual, expected] = [await world.value(tested, key), await world.value(model, key)]
            const agree = String(expected).startsWith('miss:')
              ? String(actual).startsWith('miss:')
              : actual === expected
            assert.ok(
              agree,
              `seed ${seed}: ${key} is ${String(actual)}, not ${String(expected)}, after\n${story.join('\n')}`,
            )
          }
        }
        await tested.close()
      }
    },
  },
]
