/** A server that starts again on the store named on its command line: what it finds near, and when. */
import { warmNear } from '@stowage/hybrid'
import { dashboardCache, dashboardDraws, warmCount } from './material/dashboard-cache.ts'
import { keysOf } from './material/draws.ts'

/** Requests of the first minute, of a dashboard that is asked 300 times a second. */
const REQUEST_COUNT = 18_000

const [directory = '', count] = process.argv.slice(2)
const keyCount = Number(count)
const cache = dashboardCache(directory, keyCount)
const [firstKey = ''] = keysOf(1)
const first = await cache.get(firstKey)
const firstAtMs = performance.now()
const { entryCount } = await warmNear(cache, { maxEntries: warmCount(keyCount) })
const warmAtMs = performance.now()

const draws = dashboardDraws(keyCount)
let nearCount = 0
let loadCount = 0
for (const key of draws.slice(0, REQUEST_COUNT)) {
  if (cache.peek(key) !== undefined) nearCount++
  await cache.getOrSet(key, () => {
    loadCount++
    return {}
  })
}
await cache.close()

const figures = {
  firstMs: firstAtMs,
  warmMs: warmAtMs - firstAtMs,
  farPercent: 100 * (1 - nearCount / REQUEST_COUNT),
  loadCount,
  entryCount: first === undefined ? 0 : entryCount,
}
console.log(JSON.stringify(figures))
