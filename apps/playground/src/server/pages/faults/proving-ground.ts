/** One proving ground: a cache in a folder of its own, the requests on it, the process beside it, and what is done to them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { RequestError } from '../../problem.ts'
import type { OwnRedis } from '../../redis/own-redis.ts'
import { type CutBus, cutBus } from './bus-faults.ts'
import { damage } from './disk-faults.ts'
import { fullDiskReason, ROOM_LEFT_BYTES, setFull } from './full-disk.ts'
import { Prober, tagOf } from './prober.ts'
import { MAX_BYTES, openProvingCache, type ProvingPlace, type StoreName, skewedClock } from './proving-cache.ts'
import { startSibling } from './sibling.ts'
import { type Answer, answerOf, isWhole, type SourceHealth } from './truth.ts'

export const FAULTS = [
  'redis-pause',
  'redis-resume',
  'redis-kill',
  'redis-restart',
  'fill',
  'damage',
  'disk-full',
  'disk-free',
  'source-well',
  'source-slow',
  'source-failing',
  'clock-ahead',
  'clock-behind',
  'clock-right',
  'bus-cut',
  'bus-mend',
  'sibling-kill',
] as const
export type FaultName = (typeof FAULTS)[number]

const HOUR_MS = 60 * 60 * 1_000
const FILLER_BYTES = 50_000
/** Twice what fits. */
const FILLER_COUNT = (2 * MAX_BYTES) / FILLER_BYTES
const LOOP_SAMPLE_MS = 5

export type ProvingGround = Awaited<ReturnType<typeof openProvingGround>>

export async function openProvingGround(store: StoreName, redis: OwnRedis) {
  const folder = await mkdtemp(join(tmpdir(), 'playground-faults-'))
  const place: ProvingPlace = { store, folder, redisUrl: store === 'redis' ? await redis.url() : undefined }
  const clock = skewedClock()
  const cache = openProvingCache(place, clock)
  const startedAtMs = performance.now()
  const loop = monitorEventLoopDelay({ resolution: LOOP_SAMPLE_MS })
  loop.enable()
  const prober = new Prober(cache, (key, version) => sibling.tellChange(key, version))
  const { figures, truth } = prober
  let isSiblingStoreDown = false
  const sibling = startSibling(place, {
    onStored: () => figures.siblingWriteCount++,
    onStore(isDown) {
      isSiblingStoreDown = isDown
      if (isDown) figures.siblingDownCount++
    },
    onLate(lagMs) {
      figures.siblingLagMs = Math.max(figures.siblingLagMs, lagMs)
    },
  })
  const done: { readonly name: FaultName; readonly words: string; readonly atMs: number }[] = []
  let bus: CutBus | undefined
  let isDiskFull = false
  /** Since the other process was started: then it cannot be told whether a write was lost or legally went. */
  let isSiblingJudged = true

  async function killSibling(): Promise<string> {
    figures.killCount++
    const stored = await sibling.kill()
    // The limit was that process's own.
    isDiskFull = false
    isSiblingStoreDown = false
    const canJudge = isSiblingJudged
    isSiblingJudged = clock.skewMs === 0
    if (store === 'redis') return 'killed while it wrote; what it had written is as safe as that Redis is'
    if (!canJudge) return `killed; ${stored.size} writes not looked for, as another fault may have ended them rightly`
    let lost = 0
    for (const [key, version] of stored) {
      const found = await cache.get<Answer>(key)
      figures.soughtCount++
      if (found === undefined || found.version !== version || !isWhole(found, key)) lost++
    }
    figures.lostCount += lost
    return `killed while it wrote; of its last ${stored.size} acknowledged writes ${lost} were lost`
  }

  async function fill(): Promise<string> {
    isSiblingJudged = false
    const body = 'x'.repeat(FILLER_BYTES)
    let stored = 0
    for (let at = 0; at < FILLER_COUNT; at++) {
      const result = await cache.set(`filler:${at}`, { ...answerOf('filler', at), body }, { tags: [tagOf('filler')] })
      if (result.outcome === 'stored') stored++
    }
    const { bytes } = await cache.usage()
    return `${stored} values of 50 kB stored where half of them fit; ${(bytes / 1e6).toFixed(1)} MB are held`
  }

  async function setDisk(isFull: boolean): Promise<string> {
    const { processId } = sibling
    if (processId === undefined) throw new RequestError(409, 'there is no other process now')
    if (fullDiskReason !== undefined) throw new RequestError(400, fullDiskReason)
    await setFull(processId, isFull)
    isDiskFull = isFull
    // What it writes now it holds near only, and says so: a kill may rightly lose it.
    isSiblingJudged = false
    return isFull
      ? `the kernel refuses process ${processId} all it would write beyond byte ${ROOM_LEFT_BYTES} of a file`
      : `process ${processId} may write again`
  }

  async function source(health: SourceHealth): Promise<string> {
    truth.health = health
    return `the source is ${health}`
  }

  async function skew(skewMs: number): Promise<string> {
    clock.skewMs = skewMs
    isSiblingJudged = false
    return skewMs === 0 ? 'the clock is right again' : `the clock is set ${skewMs > 0 ? 'ahead' : 'back'} by an hour`
  }

  function needStore(...wanted: readonly StoreName[]): void {
    if (!wanted.includes(store))
      throw new RequestError(400, `that is a fault of ${wanted.join(' or ')}, not of ${store}`)
  }

  const steps: Readonly<Record<FaultName, () => Promise<string>>> = {
    'redis-pause': async () => {
      redis.pause()
      return 'Redis is stopped in the middle of what it did (SIGSTOP)'
    },
    'redis-resume': async () => {
      redis.resume()
      return 'Redis goes on'
    },
    'redis-kill': async () => {
      await redis.kill()
      return 'Redis is killed, and what it held is gone'
    },
    'redis-restart': async () => {
      await redis.restart()
      return 'Redis is started again, empty'
    },
    fill,
    damage: async () => {
      isSiblingJudged = false
      return `${await damage(store, folder)} bits turned over on the disk`
    },
    'disk-full': () => setDisk(true),
    'disk-free': () => setDisk(false),
    'source-well': () => source('well'),
    'source-slow': () => source('slow'),
    'source-failing': () => source('failing'),
    'clock-ahead': () => skew(HOUR_MS),
    'clock-behind': () => skew(-HOUR_MS),
    'clock-right': () => skew(0),
    'bus-cut': async () => {
      bus ??= cutBus(await redis.url())
      return 'every connection that hears of invalidations is closed, five times a second'
    },
    'bus-mend': async () => {
      bus?.stop()
      bus = undefined
      return 'the bus is left alone'
    },
    'sibling-kill': killSibling,
  }

  return {
    store,
    async fault(name: FaultName) {
      if (name.startsWith('redis') || name.startsWith('bus')) needStore('redis')
      if (name === 'damage' || name.startsWith('disk')) needStore('sqlite', 'fs')
      const words = await steps[name]()
      done.unshift({ name, words, atMs: performance.now() - startedAtMs })
      done.length = Math.min(done.length, 20)
    },
    state: () => ({
      store,
      upMs: performance.now() - startedAtMs,
      figures: { ...figures, doubleLoadCount: truth.doubleLoadCount, loadCount: truth.loadCount },
      slowest: { fromCacheMs: prober.slowest.fromCacheMs, fromSourceMs: prober.slowest.fromSourceMs },
      underWayCount: prober.underWayCount,
      loopDelayP99Ms: Math.max(0, loop.percentile(99) / 1e6 - LOOP_SAMPLE_MS),
      source: truth.health,
      skewMs: clock.skewMs,
      isDiskFull,
      isSiblingStoreDown,
      fullDiskReason: fullDiskReason ?? null,
      isBusCut: bus !== undefined,
      redis: redis.state(),
      siblingProcessId: sibling.processId ?? null,
      siblingProblem: sibling.problem ?? null,
      maxBytes: MAX_BYTES,
      done: [...done],
    }),
    async close() {
      prober.stop()
      bus?.stop()
      loop.disable()
      await sibling.end()
      // A Redis that was left stopped would be waited for.
      redis.resume()
      try {
        if (redis.state() === 'killed') await redis.restart()
      } finally {
        // Of a store that was damaged, filled or taken away nothing else can be expected; it goes with its folder.
        await Promise.allSettled([cache.close()])
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}
