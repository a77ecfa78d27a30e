/**
 * The rooms of one server: what the pages' routers are built on. Opened in order, closed in the reverse one.
 *
 * `cache` is the one in service, whichever the Settings choose; `cached` makes tRPC procedures answer from it.
 */
import { join } from 'node:path'
import { type Cache, type Clock, type Duration, systemClock } from '@stowage/core'
import { createTrpcCache, type TrpcCache } from '@stowage/trpc'
import { openAppStore } from './app-store.ts'
import { type CacheDesk, openCacheDesk } from './cache/cache-desk.ts'
import { bundledFiles, type FlightFiles } from './flight-file.ts'
import { type FlightSource, openFlights } from './flight-source.ts'
import { createLoopMeter } from './meters/loop-meter.ts'
import { createRequestMeter, type RequestMeter } from './meters/request-meter.ts'
import { createOperations, type Operations } from './operations/operations.ts'
import { type CompareRoom, openCompare } from './pages/compare/compare-room.ts'
import { type FaultsRoom, openFaults } from './pages/faults/faults-room.ts'
import { HitCounts } from './pages/inspect/hit-counts.ts'
import { type NodesRoom, openNodes } from './pages/nodes/nodes-room.ts'
import { type OwnRedis, ownRedis } from './redis/own-redis.ts'
import { createRedisPlace, type RedisPlace, type RedisPlaceOptions } from './redis/redis-place.ts'
import type { RedisProgram } from './redis/redis-program.ts'
import { createStatus, type ServerStatus } from './server-status.ts'
import { createUserModes, type UserModes } from './users/user-modes.ts'
import { createPreload, type Preload } from './warming/preload.ts'
import { createShortRanges, type ShortRanges } from './warming/short-ranges.ts'

export interface Rooms {
  /** Folder of everything that is kept. */
  readonly directory: string
  readonly clock: Clock
  readonly flights: FlightSource
  readonly operations: Operations
  readonly desk: CacheDesk
  readonly cache: Cache
  readonly cached: TrpcCache
  readonly modes: UserModes
  readonly requests: RequestMeter
  /** What Inspect tells of each entry. */
  readonly hits: HitCounts
  readonly preload: Preload
  readonly shortRanges: ShortRanges
  /** What the server itself remembers. */
  readonly store: Cache
  readonly redis: OwnRedis
  readonly redisPlace: RedisPlace
  readonly compare: CompareRoom
  readonly faults: FaultsRoom
  readonly nodes: NodesRoom
  /** Others are on the same folder. */
  readonly isOneOfSeveral: boolean
  readonly status: () => Promise<ServerStatus>
  /** Resolves when source, cache and store answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface RoomsOptions {
  readonly directory: string
  readonly files?: FlightFiles
  /** Only tests give another one: hours pass for them by a call. */
  readonly clock?: Clock
  /** How long full mode may load ahead before it is given up. */
  readonly preloadLimit?: Duration
  /** Only tests give another one: a source that waits for them. */
  readonly openSource?: typeof openFlights
  /** One of several servers on the same folder: which; they hear of each other's changes. Default: the only one. */
  readonly node?: { readonly name: string } | undefined
  /** Where comparisons have their folders; by default the system's place for such. */
  readonly scratch?: string
  /** Which Redis the Settings may offer, and the program of the app's own. */
  readonly redisOptions?: RedisPlaceOptions & { readonly program?: RedisProgram }
}

const PRELOAD_LIMIT = '60s'

export async function openRooms({
  directory,
  files = bundledFiles(),
  clock = systemClock,
  preloadLimit = PRELOAD_LIMIT,
  openSource = openFlights,
  node,
  redisOptions: { program, ...redisOptions } = {},
  scratch,
}: RoomsOptions): Promise<Rooms> {
  const opened: (() => void | Promise<void>)[] = []
  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = []
    // One that cannot be closed leaves none of the others open.
    for (const step of opened.splice(0).reverse()) {
      try {
        await step()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be closed')
  }
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => {
    closing ??= closeAll()
    return closing
  }
  try {
    const store = openAppStore(directory, clock)
    opened.push(() => store.close())
    const operations = createOperations(store)
    const flights = await openSource(files, async () => (await operations.state()).completed)
    opened.push(() => flights.close())
    const redis = ownRedis(program)
    const redisPlace = createRedisPlace(redis, redisOptions)
    opened.push(() => redis.close())
    const desk = await openCacheDesk({
      directory: join(directory, 'cache'),
      clock,
      store,
      redisUrl: () => redisPlace.url(),
    })
    opened.push(() => desk.close())
    const compare = openCompare({ flights, cache: desk.cache, redis, scratch })
    opened.push(() => compare.close())
    const faults = openFaults(redis)
    opened.push(() => faults.close())
    const loop = createLoopMeter()
    opened.push(() => loop.close())
    const requests = createRequestMeter()
    const cached = createTrpcCache({ cache: desk.cache })
    const modes = createUserModes(store)
    const hits = new HitCounts(desk.cache)
    opened.push(() => hits.close())
    const panelRooms = { flights, cached, clock, requests, cache: desk.cache, modes }
    const preload = createPreload(panelRooms, preloadLimit)
    opened.push(() => preload.close())
    const shortRanges = await createShortRanges(panelRooms, store)
    opened.push(() => shortRanges.close())
    return {
      directory,
      clock,
      flights,
      operations,
      desk,
      cache: desk.cache,
      cached,
      modes,
      requests,
      hits,
      preload,
      shortRanges,
      store,
      redis,
      redisPlace,
      compare,
      faults,
      isOneOfSeveral: node !== undefined,
      nodes: openNodes(node?.name ?? 'node 1', desk.cache, () => desk.choice().backend),
      status: createStatus({ flights, desk, requests, loop, nowMs: () => clock.nowMs() }),
      async ping() {
        await Promise.all([flights.ping(), desk.cache.usage(), store.usage()])
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
