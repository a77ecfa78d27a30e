import { expect, it } from 'vitest'
import type { Contender, OpenCache } from '../src/contenders/contender.ts'
import { map } from '../src/contenders/map.ts'
import { type Bout, WrongAnswerError } from '../src/harness/contract.ts'
import { type HitWork, hitEntrants } from '../src/workloads/hit-bout.ts'
import { SCALE } from './stubs.ts'

const WORK: HitWork = { call: 'get', valueSize: '200 B', callsPerTurn: 1_000, keyCount: 1_000 }

async function open(contender: Contender, work: HitWork): Promise<Bout> {
  const [entrant] = hitEntrants([contender], work)
  if (entrant === undefined) throw new Error('no entrant')
  return entrant.open(SCALE)
}

/** A Map with some of its calls replaced. */
function broken(change: (sound: OpenCache, load: (key: string) => object | Promise<object>) => OpenCache): Contender {
  return { ...map, open: async (setup) => change(await map.open(setup), setup.load) }
}

it('lets a sound cache pass and measures it', async () => {
  const bout = await open(map, WORK)
  await bout.smoke()
  expect((await bout.round())['cpuNs']).toBeGreaterThan(0)
  await bout.close()
})

it.each<[string, Contender, HitWork, string]>([
  [
    "serves another key's value",
    broken((sound) => ({ ...sound, get: async () => sound.get?.('user:7:profile') })),
    WORK,
    'gave {"id":7',
  ],
  [
    'finds what was never set',
    broken((sound) => ({ ...sound, get: async (key) => (await sound.get?.(key)) ?? {} })),
    WORK,
    'never set was found',
  ],
  [
    'loads what was set',
    broken((sound, load) => ({ ...sound, getOrSet: async (key) => load(key) })),
    { ...WORK, call: 'getOrSet' },
    'that were set were loaded',
  ],
  [
    'lets each caller of a cold key load',
    broken((sound, load) => ({ ...sound, getOrSet: async (key) => (await sound.get?.(key)) ?? load(key) })),
    { ...WORK, call: 'getOrSet' },
    '10 callers of one cold key made 10 loads',
  ],
  ['shares one object where isolation is asked for', map, { ...WORK, isIsolated: true }, 'changed by a caller'],
])('disqualifies a cache that %s', async (_, contender, work, reason) => {
  const bout = await open(contender, work)
  const failure = await bout.smoke().catch((error: unknown) => error)
  await bout.close()
  expect(failure).toBeInstanceOf(WrongAnswerError)
  expect(String(failure)).toContain(reason)
})
