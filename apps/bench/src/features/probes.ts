/**
 * Promises that can be tried in a moment, on any cache in memory as it comes. A test holds the table of the front page to what
 * they find, so that neither our "yes" nor a peer's "no" is only said.
 */
import { setImmediate as turn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Contender, OpenCache } from '../contenders/contender.ts'
import { makeFolder } from '../material/folder.ts'
import { callOf } from '../workloads/call.ts'

const CALLER_COUNT = 40
const KEY = 'report:1'

type Load = () => object | Promise<object>

async function withCache<T>(contender: Contender, load: Load, use: (cache: OpenCache) => Promise<T>): Promise<T> {
  const folder = makeFolder()
  const cache = await contender.open({ entryCount: 100, directory: folder.path, load })
  try {
    return await use(cache)
  } finally {
    await cache.close?.()
    folder.remove()
  }
}

async function loadsOfMany(contender: Contender, end: () => object): Promise<number> {
  let loadCount = 0
  const load = async (): Promise<object> => {
    loadCount++
    await turn()
    return end()
  }
  await withCache(contender, load, async (cache) => {
    const call = callOf(contender, cache, 'getOrSet')
    await Promise.allSettled(Array.from({ length: CALLER_COUNT }, () => call(KEY)))
  })
  return loadCount
}

function failing(): never {
  throw new Error('the source is away')
}

/** Many callers of a cold key make one load. */
async function sharesLoads(contender: Contender): Promise<boolean> {
  return (await loadsOfMany(contender, () => ({ rows: 3 }))) === 1
}

/** Also where that one fails. */
async function sharesFailures(contender: Contender): Promise<boolean> {
  return (await loadsOfMany(contender, failing)) === 1
}

/** Who asked is told that the loader failed. */
async function tellsFailures(contender: Contender): Promise<boolean> {
  return withCache(contender, failing, async (cache) => {
    const call = callOf(contender, cache, 'getOrSet')
    const [{ status } = { status: 'fulfilled' }] = await Promise.allSettled([call(KEY)])
    return status === 'rejected'
  })
}

/** A value that was read from the source before a deletion is not what is found after it. */
async function fencesLoads(contender: Contender): Promise<boolean> {
  const [began, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let version = 1
  const load = async (): Promise<object> => {
    const value = { version }
    began.resolve()
    await gate.promise
    return value
  }
  return withCache(contender, load, async (cache) => {
    const call = callOf(contender, cache, 'getOrSet')
    const remove = callOf(contender, cache, 'delete')
    const overtaken = call(KEY)
    await began.promise
    version = 2
    await remove(KEY)
    gate.resolve()
    await overtaken
    return isDeepStrictEqual(await call(KEY), { version: 2 })
  })
}

/** What one caller does to a hit, the next one does not find. */
async function isolatesHits(contender: Contender): Promise<boolean> {
  return withCache(
    contender,
    () => ({ name: 'Ada' }),
    async (cache) => {
      const read = cache.get ?? callOf(contender, cache, 'getOrSet')
      await cache.set(KEY, { name: 'Ada' })
      const held = await read(KEY)
      if (typeof held === 'object' && held !== null) Reflect.set(held, 'name', 'changed by a caller')
      return isDeepStrictEqual(await read(KEY), { name: 'Ada' })
    },
  )
}

export const PROBES = { sharesLoads, sharesFailures, tellsFailures, fencesLoads, isolatesHits } as const
export type ProbeName = keyof typeof PROBES
