/** Row 21: a tenth of all entries goes at once, by their tag. */
import { setTimeout as pause } from 'node:timers/promises'
import { bentocache } from '../contenders/bentocache.ts'
import type { Contender, OpenCache } from '../contenders/contender.ts'
import { stowageFs } from '../contenders/stowage-fs.ts'
import { stowageHybrid } from '../contenders/stowage-hybrid.ts'
import { stowageMemory } from '../contenders/stowage-memory.ts'
import { stowageRedis } from '../contenders/stowage-redis.ts'
import { stowageSqlite } from '../contenders/stowage-sqlite.ts'
import {
  type Bout,
  type Entrant,
  type Scale,
  type Target,
  type Workload,
  WrongAnswerError,
} from '../harness/contract.ts'
import { keysOf } from '../material/draws.ts'
import { makeFolder } from '../material/folder.ts'
import { sampleValue } from '../material/values.ts'
import { latenessDuring } from './lateness.ts'

/** For 100,000 entries at full scale. */
const ENTRY_FACTOR = 5
/** Room the caches have beyond them: some keep their tags as entries. */
const SPARE_COUNT = 2_000
const TAG_COUNT = 10
const WAVE_COUNT = 1_000
/** What is invalidated is reclaimed in the background; the loop is watched for so many times the work of a round. */
const WATCH_FACTOR = 2

/** What the machine's other work does to a loop in which nothing happens. */
const IDLE = 'no cache at all'
const OWN = [stowageMemory, stowageSqlite, stowageFs, stowageHybrid, stowageRedis]

export const tagFlood: Workload = {
  name: 'tag-flood',
  row: 21,
  title: 'invalidating a tag of a tenth of 100,000 entries (--quick: 10,000), 3 tags each',
  entrants: [
    ...[...OWN, bentocache].map(
      (contender): Entrant => ({
        name: contender.name,
        packages: contender.packages,
        open: (scale) => openFlood(contender, scale),
      }),
    ),
    { name: IDLE, packages: [], open: async ({ store }) => openIdle(store.workMs * WATCH_FACTOR) },
  ],
  measures: [
    { name: 'returnMs', title: 'returns ms' },
    { name: 'missMs', title: 'next get misses ms' },
    { name: 'lateMs', title: 'late max ms' },
  ],
  targets: OWN.flatMap(({ name: entrant }): Target[] => [
    { entrant, measure: 'returnMs', form: 'figure', must: 1, aim: 0.13 },
    { entrant, measure: 'missMs', form: 'figure', must: 1, aim: 0.17 },
    { entrant, measure: 'lateMs', form: 'excess', against: IDLE, must: 2, aim: 0.3 },
  ]),
  rounds: ({ store }) => store,
}

function openIdle(watchMs: number): Bout {
  return {
    smoke: async () => undefined,
    async round() {
      const { maxMs } = await latenessDuring(() => pause(watchMs))
      return { lateMs: maxMs }
    },
    close: async () => undefined,
  }
}

async function openFlood(contender: Contender, { store }: Scale): Promise<Bout> {
  const keys = keysOf(store.rowCount * ENTRY_FACTOR)
  const folder = makeFolder()
  const cache = await contender.open({
    entryCount: keys.length + SPARE_COUNT,
    directory: folder.path,
    load: () => ({}),
  })
  const { get, invalidateTag } = cache
  if (get === undefined || invalidateTag === undefined) throw new TypeError(`${contender.name} has no tags`)
  await fill(cache, keys, () => true)
  let roundCount = 0

  async function expectFound(numbers: readonly number[], isFound: boolean): Promise<void> {
    for (const number of numbers) {
      if (((await get?.(keys[number] ?? '')) !== undefined) === isFound) continue
      throw new WrongAnswerError(
        `get('${keys[number]}') ${isFound ? 'lost' : 'found'} what was ${isFound ? 'not ' : ''}invalidated`,
      )
    }
  }

  /** Entries with the tag are those whose number ends in it. */
  async function flood(tag: number): Promise<{ returnMs: number; missMs: number }> {
    const startedAtMs = performance.now()
    await invalidateTag?.(`tenth:${tag}`)
    const returnedAtMs = performance.now()
    const found = await get?.(keys[tag] ?? '')
    const missedAtMs = performance.now()
    if (found !== undefined) throw new WrongAnswerError(`the first get after invalidating found '${keys[tag]}'`)
    return { returnMs: returnedAtMs - startedAtMs, missMs: missedAtMs - startedAtMs }
  }

  async function round() {
    const tag = roundCount++ % TAG_COUNT
    await expectFound([tag, tag + TAG_COUNT], true)
    const { result, maxMs } = await latenessDuring(async () => {
      const times = await flood(tag)
      await pause(store.workMs * WATCH_FACTOR)
      return times
    })
    await expectFound([tag + TAG_COUNT, keys.length - TAG_COUNT + tag], false)
    await expectFound([(tag + 1) % TAG_COUNT], true)
    await fill(cache, keys, (number) => number % TAG_COUNT === tag)
    return { ...result, lateMs: maxMs }
  }

  return {
    async smoke() {
      await round()
    },
    round,
    async close() {
      await cache.close?.()
      folder.remove()
    },
  }
}

async function fill(cache: OpenCache, keys: readonly string[], isWanted: (number: number) => boolean): Promise<void> {
  const numbers = keys.map((_, number) => number).filter(isWanted)
  for (let start = 0; start < numbers.length; start += WAVE_COUNT) {
    await Promise.all(
      numbers.slice(start, start + WAVE_COUNT).map((number) => {
        const tags = [`tenth:${number % TAG_COUNT}`, `city:${number % 101}`, `team:${number % 997}`]
        return cache.setTagged?.(keys[number] ?? '', sampleValue(number, '200 B'), tags)
      }),
    )
  }
}
