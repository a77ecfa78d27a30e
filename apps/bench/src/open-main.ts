/** A fresh process on the store named on its command line: it opens it, gets one entry, then many, and tells how long each took. */
import { keysOf } from './material/draws.ts'
import { openContenders } from './workloads/store-open.ts'

const [name, directory = '', keyCount, preloadCount] = process.argv.slice(2)
const contender = openContenders.find((each) => each.name === name)
if (contender === undefined) throw new Error(`no contender '${name}'`)
const keys = keysOf(Number(keyCount))
const step = Number(keyCount) / Number(preloadCount)
const wanted = keys.filter((_, at) => at % step === 0)

const startedAtMs = performance.now()
const cache = await contender.open({ entryCount: keys.length, directory, load: () => ({}) })
const first = await cache.get?.(keys[keys.length >> 1] ?? '')
const openedAtMs = performance.now()
const loaded = (await cache.getMany?.(wanted)) ?? []
const loadedAtMs = performance.now()
await cache.close?.()

const foundCount = loaded.length + (first === undefined ? 0 : 1)
console.log(JSON.stringify({ openMs: openedAtMs - startedAtMs, preloadMs: loadedAtMs - openedAtMs, foundCount }))
