/**
 * Minutes of the two loads that would find a leak; by hand, not in CI. Prints a line every few seconds, and fails when the
 * heap at the end, collected, is more than a tenth above what it was when the cache had filled.
 *
 *   cd packages/memory
 *   node --expose-gc --max-old-space-size=256 --conditions=@stowage/source test/soak/soak.ts churn 120
 *   node --expose-gc --conditions=@stowage/source test/soak/soak.ts unique 600
 *
 * `churn`: values of 1 KB to 5 MB, texts and Buffers, through a cache of 64 MB. `unique`: keys and tags that never come back,
 * loads and invalidations among them, through a cache of 50,000 entries.
 */
import { type Cache, createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'

const REPORT_EVERY_MS = 10_000
const MIB = 2 ** 20
const ALLOWED_GROWTH = 1.1

interface Load {
  open(): Cache
  /** One turn of work. @param at the how many-th */
  work(cache: Cache, at: number): Promise<void>
}

const loads: Readonly<Record<string, Load>> = {
  churn: {
    open: () => createCache({ backend: memoryBackend({ maxBytes: '64MB' }), ttl: '1h' }),
    async work(cache, at) {
      // Few large ones, many small ones: each size class takes about as many bytes.
      const length = Math.floor(1_000 * 5_000 ** (((at * 7_919) % 1_000) / 1_000))
      const value = at % 2 === 0 ? 'x'.repeat(length) : Buffer.alloc(length, at)
      await cache.set(`document ${at % 20_000}`, value, { tags: [`author ${at % 100}`] })
      await cache.get(`document ${(at * 31) % 20_000}`)
      if (at % 1_000 === 0) await cache.invalidate({ tags: [`author ${at % 100}`] })
    },
  },
  unique: {
    open: () => createCache({ backend: memoryBackend({ maxEntries: 50_000 }), ttl: '10s' }),
    async work(cache, at) {
      await cache.getOrSet(`session ${at}`, () => ({ user: `user ${at}`, at }), {
        tags: [`user ${at}`, `day ${at >> 12}`],
      })
      if (at % 10 === 0) await cache.invalidate({ tags: [`user ${at - 5}`, `nobody ${at}`] })
      if (at % 100_000 === 0) await cache.invalidate({ prefix: `session ${at % 9}` })
    },
  },
}

function heldBytes(): number {
  for (let round = 0; round < 3; round++) globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function soak(load: Load, lengthMs: number): Promise<void> {
  const cache = load.open()
  const begunAt = performance.now()
  let reportAt = REPORT_EVERY_MS
  let firstBytes: number | undefined
  let lastBytes = 0
  let at = 0
  for (let passedMs = 0; passedMs < lengthMs; passedMs = performance.now() - begunAt) {
    for (const until = at + 1_000; at < until; at++) await load.work(cache, at)
    await new Promise(setImmediate)
    if (passedMs < reportAt) continue
    reportAt = passedMs + REPORT_EVERY_MS
    lastBytes = heldBytes()
    firstBytes ??= lastBytes
    const { entries, bytes } = await cache.usage()
    const figures = [
      `${at} rounds`,
      `${entries} entries`,
      `${toMib(bytes)} MiB believed`,
      `${toMib(lastBytes)} MiB held`,
    ]
    console.log(
      `${Math.round(passedMs / 1_000)} s: ${figures.join(', ')}, ${toMib(process.memoryUsage.rss())} MiB resident`,
    )
  }
  await cache.close()
  if (firstBytes === undefined || lastBytes <= firstBytes * ALLOWED_GROWTH) return
  throw new Error(`the heap grew from ${toMib(firstBytes)} to ${toMib(lastBytes)} MiB`)
}

function toMib(bytes: number): number {
  return Math.round(bytes / MIB)
}

const [, , name = '', seconds = ''] = process.argv
const load = loads[name]
if (load === undefined || !(Number(seconds) > 0))
  throw new TypeError(`usage: soak.ts ${Object.keys(loads).join('|')} <seconds>`)
await soak(load, Number(seconds) * 1_000)
