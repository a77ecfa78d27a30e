/** One cache at a hit workload: filled with all keys, checked, then asked for them in the drawn order. */
import { isDeepStrictEqual } from 'node:util'
import type { Contender, OpenCache } from '../contenders/contender.ts'
import { type Bout, type Entrant, type Scale, WrongAnswerError } from '../harness/contract.ts'
import { collectHeap } from '../material/collected-heap.ts'
import { drawsFrom, keysOf } from '../material/draws.ts'
import { makeFolder } from '../material/folder.ts'
import { sampleValue, tagsOf, type ValueSize } from '../material/values.ts'
import { type CallName, callOf } from './call.ts'
import { HitLoop } from './hit-loop.ts'

/** Room the caches have beyond them, for the keys of the checks. */
const SPARE_COUNT = 1_000
/** Sets that are on their way at the same time while a cache is filled. */
const WAVE_COUNT = 1_000
/** Every so many keys one is checked before the first round. */
const CHECK_STEP = 97
/** Calls whose answers are compared after every round, outside the timer. */
const CHECKED_COUNT = 50

export interface HitWork {
  readonly call: CallName
  readonly valueSize: ValueSize
  readonly callsPerTurn: number
  /** Default: the scale's. */
  readonly keyCount?: number
  /** Entries carry three tags. */
  readonly isTagged?: boolean
  /** What a caller does to a value must not reach the next one. */
  readonly isIsolated?: boolean
}

export function hitEntrants(contenders: readonly Contender[], work: HitWork): Entrant[] {
  return contenders.map((contender) => ({
    name: contender.name,
    packages: contender.packages,
    open: (scale) => openHits(contender, work, scale),
  }))
}

async function openHits(contender: Contender, work: HitWork, { roundCpuMs, hitKeyCount }: Scale): Promise<Bout> {
  const keys = keysOf(work.keyCount ?? hitKeyCount)
  const numbers = new Map(keys.map((key, number) => [key, number]))
  const expected = (key: string): object => sampleValue(numbers.get(key) ?? 0, work.valueSize)
  let loadCount = 0
  const folder = makeFolder()
  const cache = await contender.open({
    entryCount: keys.length + SPARE_COUNT,
    directory: folder.path,
    load(key) {
      loadCount++
      return expected(key)
    },
  })
  await fill(cache, keys, work)
  collectHeap()
  const call = callOf(contender, cache, work.call)
  const draws = drawsFrom(keys)
  const loop = new HitLoop({ draws, callsPerTurn: work.callsPerTurn, roundCpuMs })
  // One that defines its loader once is filled by loading.
  loadCount = 0

  async function check(key: string): Promise<unknown> {
    const found = await call(key)
    if (isDeepStrictEqual(found, expected(key))) return found
    throw new WrongAnswerError(`${work.call}('${key}') gave ${JSON.stringify(found)?.slice(0, 60) ?? 'undefined'}`)
  }

  async function checkHits(checked: readonly string[]): Promise<void> {
    for (const key of checked) await check(key)
    if (loadCount > 0) throw new WrongAnswerError(`${loadCount} keys that were set were loaded`)
  }

  async function checkColdKey(): Promise<void> {
    const cold = 'user:cold:profile'
    if (work.call !== 'getOrSet') {
      if ((await call(cold)) !== undefined) throw new WrongAnswerError('a key that was never set was found')
      return
    }
    await Promise.all(Array.from({ length: 10 }, () => call(cold)))
    if (loadCount !== 1) throw new WrongAnswerError(`10 callers of one cold key made ${loadCount} loads; allowed: 1`)
    loadCount = 0
  }

  async function checkIsolation(key: string): Promise<void> {
    const held = await check(key)
    if (typeof held === 'object' && held !== null) Reflect.set(held, 'name', 'changed by a caller')
    await check(key)
  }

  return {
    async smoke() {
      await checkHits(keys.filter((_, number) => number % CHECK_STEP === 0))
      await checkColdKey()
      if (work.isIsolated === true) await checkIsolation(keys[0] ?? '')
    },
    async round() {
      const cpuNs = await (work.call === 'getSync' ? loop.sync(call) : loop.awaited(call))
      await checkHits(draws.slice(0, CHECKED_COUNT))
      return { cpuNs }
    },
    async close() {
      await cache.close?.()
      folder.remove()
    },
  }
}

async function fill({ set, setTagged }: OpenCache, keys: readonly string[], work: HitWork): Promise<void> {
  const store = (key: string, number: number): unknown => {
    const value = sampleValue(number, work.valueSize)
    if (work.isTagged !== true) return set(key, value)
    if (setTagged === undefined) throw new TypeError('it has no tags; leave it out of this workload')
    return setTagged(key, value, tagsOf(number))
  }
  for (let start = 0; start < keys.length; start += WAVE_COUNT) {
    await Promise.all(keys.slice(start, start + WAVE_COUNT).map((key, at) => store(key, start + at)))
  }
}
