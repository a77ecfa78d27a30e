import { afterEach, expect, it } from 'vitest'
import type { Contender, OpenCache } from '../src/contenders/contender.ts'
import { map } from '../src/contenders/map.ts'
import { type Bout, type Entrant, WrongAnswerError } from '../src/harness/contract.ts'
import { storeGet, storeGetPacked } from '../src/workloads/store-get.ts'
import { lateness2k } from '../src/workloads/store-lateness.ts'
import { storeSetStrict } from '../src/workloads/store-set.ts'
import { mixed, setsInTurn, setWave } from '../src/workloads/store-steps.ts'
import { storeSustained } from '../src/workloads/store-sustained.ts'
import { storeWorkload } from '../src/workloads/store-workload.ts'
import { tagFlood } from '../src/workloads/tag-flood.ts'
import { SCALE } from './stubs.ts'

const bouts: Bout[] = []
afterEach(async () => {
  for (const bout of bouts.splice(0)) await bout.close()
})

const workloads = [storeSetStrict, storeGet, storeGetPacked, storeSustained, lateness2k, tagFlood]
const entrants = workloads.flatMap((workload) =>
  workload.entrants.map((entrant) => [`${workload.name}: ${entrant.name}`, workload, entrant] as const),
)

it.each(entrants)('%s is sound and has every figure', async (_, { measures }, entrant) => {
  const bout = await opened(entrant)
  await bout.smoke()
  const figures = await bout.round()
  const wanted = measures.map(({ name }) => name).filter((name) => entrant.packages.length > 0 || name in figures)
  for (const name of wanted) expect(figures[name]).toBeGreaterThanOrEqual(0)
})

async function opened(entrant: Entrant | undefined): Promise<Bout> {
  if (entrant === undefined) throw new Error('no entrant')
  const bout = await entrant.open(SCALE)
  bouts.push(bout)
  return bout
}

async function open(change: (sound: OpenCache) => Partial<OpenCache>): Promise<Bout> {
  const contender: Contender = {
    ...map,
    async open(setup) {
      const sound = await map.open(setup)
      return { ...sound, ...change(sound) }
    },
  }
  const [entrant] = storeWorkload({
    ...{ name: 'store', row: 0, title: 'store', targets: [], contenders: [contender], valueSize: '200 B' },
    keyCount: () => 100,
    kinds: { seq: setsInTurn(10), wave: setWave(30), mixed: mixed(4, 4) },
  }).entrants
  return opened(entrant)
}

it('lets a sound store pass', async () => {
  const bout = await open(() => ({}))
  await bout.smoke()
  expect(Object.keys(await bout.round())).toEqual(['seqUs', 'seqCpuUs', 'waveUs', 'waveCpuUs', 'mixedUs', 'mixedCpuUs'])
})

it('disqualifies a store that finds what was never set', async () => {
  const bout = await open(({ get }) => ({ get: async (key) => (await get?.(key)) ?? {} }))
  await expect(bout.smoke()).rejects.toThrow(new WrongAnswerError('a key that was never set was found'))
})

it('disqualifies a store that keeps the older of two values', async () => {
  const kept = new Set<string>()
  const bout = await open(({ set }) => ({
    set(key, value) {
      if (!kept.has(key)) set(key, value)
      kept.add(key)
    },
  }))
  await bout.smoke()
  await expect(bout.round()).rejects.toThrow('which is not what was set last')
})

it('disqualifies a store that loses what was set', async () => {
  let isOpen = false
  const bout = await open(({ get }) => ({ get: async (key) => (isOpen ? undefined : get?.(key)) }))
  await bout.smoke()
  isOpen = true
  await expect(bout.round()).rejects.toThrow(/^get\('user:\d+:profile'\), which was set, found nothing$/)
})
