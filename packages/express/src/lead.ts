/**
 * Asks the handler and stores what it answers, under the lease of a load: an invalidation that comes while the handler runs
 * keeps its response out of the store (docs/guarantees.md, P2). Whatever the cache does meanwhile, the handler serves.
 */
import { randomUUID } from 'node:crypto'
import type { LoadContext } from '@stowage/core'
import type { Ask, Run } from './ask.ts'
import { entryLife, KEPT_STALE_MS } from './entry-life.ts'
import { Fill, type FillResult, type Harvest } from './fill.ts'
import type { Flight } from './flight.ts'
import { dropLargeBody } from './large-body.ts'
import type { Keep } from './loads.ts'
import { placeText, urlTag, variantKey } from './request-key.ts'
import { entryTags } from './response-tags.ts'
import { search } from './search.ts'
import { packResponse } from './stored-response.ts'
import { noteVariant, type VariantList } from './variants.ts'
import { variantOf } from './vary.ts'

const LONGEST_RUN_MS = 86_400_000
/** Where loads are shared by processes, waiting for another one takes as long at least; getting a lease that is free seldom does. */
const SHORTEST_WAIT_MS = 2

/** `answered`: by another process, while this one waited. `failed`: the cache did, before the handler was asked. */
export type Led = 'led' | 'answered' | 'failed'

export async function lead(asked: Ask, flightKey: string): Promise<Led> {
  const ask: Run = { ...asked, headers: { ...asked.req.headers } }
  const { room, finding } = ask
  const { cache, clock, maxBodyBytes, collapseTimeoutMs } = room.plan
  const flight = room.flights.begin(flightKey, maxBodyBytes)
  for (const tag of cache.storageTags([urlTag(ask.place)])) flight.tags.add(tag)
  flight.placeText = placeText(ask.place.key)
  const going = room.loads.begin(flightKey, flight)
  if (going === undefined) return leadBeside(ask, flight, flightKey)
  let fill: Fill | undefined
  let made: Promise<Made> | undefined
  let taking: Promise<Keep> | undefined
  let hasFailed = false
  const late = new AbortController()
  const cancel = clock.schedule(collapseTimeoutMs, () => late.abort(), true)
  const load = async (context: LoadContext): Promise<unknown> => {
    // A request has one response: it cannot be asked for twice.
    if (fill !== undefined || late.signal.aborted) return context.skip(undefined)
    cancel()
    if (flight.silentMs >= SHORTEST_WAIT_MS && (await isAnswered(ask))) return context.skip(undefined)
    fill = new Fill(ask, flight, flightKey)
    made = makeBy(ask, fill, flightKey)
    taking = going.take(made.then(({ keep }) => keep))
    const keep = await taking
    return keep(context)
  }
  try {
    await cache.getOrSet<unknown>(finding.key, load, {
      fresh: true,
      // Told beforehand: against tags that only the loader names, any invalidation meanwhile counts.
      tags: [urlTag(ask.place)],
      jitter: 0,
      staleWhileRevalidate: KEPT_STALE_MS,
      // How long a handler may take is between it and its client.
      hardTimeout: LONGEST_RUN_MS,
      signal: late.signal,
    })
  } catch (error) {
    hasFailed = !late.signal.aborted
    if (hasFailed) room.fault(error)
  } finally {
    cancel()
    // The load may be given up before the handler has ended, whom others follow; and be over while the handler hangs.
    const taken = await taking
    room.loads.end(flightKey, going)
    if (made !== undefined) await made.then(({ keep, forgo }) => (keep === taken ? undefined : forgo()))
    // A run ends it itself: what is not stored goes on.
    if (made === undefined && !late.signal.aborted) flight.end('ended')
    if (!late.signal.aborted) room.flights.end(flightKey, flight)
  }
  if (late.signal.aborted) return leadBeside(ask, flight, flightKey)
  if (fill !== undefined) return 'led'
  return hasFailed ? 'failed' : 'answered'
}

/** Whether another process has stored a response while this one waited for it. */
async function isAnswered({ room, place, headers, finding, replaces }: Run): Promise<boolean> {
  const { stored } = await search(room.plan.cache, place, headers)
  if (stored === undefined) return false
  const isKnown =
    replaces === undefined
      ? stored.life.responseAtMs === finding.stored?.life.responseAtMs
      : stored.large?.id === replaces.id
  return !isKnown
}

/**
 * Another load of the key goes on: its run hangs, or an invalidation has overtaken it. It takes this response in place of its own, for
 * what that is worth; or there is none, as that of another process does not end. It is shared in any case.
 */
async function leadBeside(asked: Run, flight: Flight, flightKey: string): Promise<Led> {
  const { loads, flights } = asked.room
  flight.hear()
  const going = loads.find(flightKey)
  const ask = { ...asked, isUnstored: going?.flight.isOpen !== true }
  const { result, keep, forgo } = await makeBy(ask, new Fill(ask, flight, flightKey), flightKey)
  const isKept = typeof result === 'object' && (await going?.offer(keep)) === true
  if (!isKept) await forgo()
  flights.end(flightKey, flight)
  return 'led'
}

/** What a run has come to. */
interface Made {
  readonly result: FillResult
  readonly keep: Keep
  /** What another run has made is stored in its place, or nothing is. */
  readonly forgo: () => Promise<void>
}

async function makeBy(ask: Run, fill: Fill, key: string): Promise<Made> {
  const result = await fill.run()
  const refused = typeof result === 'string' ? result : 'refused'
  return {
    result,
    keep: async (context) => {
      const value = await kept(ask, result, context)
      report(ask, key, ask.isUnstored === true ? refused : result, fill)
      return value
    },
    forgo: async () => {
      if (typeof result === 'object') await dropLargeBody(ask.room.plan.cache, result.response.large)
      report(ask, key, refused, fill)
    },
  }
}

/** What the entry is to hold: the response, or the list of variants it is one of. */
async function kept(ask: Run, result: FillResult, context: LoadContext): Promise<unknown> {
  if (typeof result === 'string') return context.skip(undefined)
  const { room, finding, place, headers } = ask
  const { names, response } = result
  const life = entryLife(response)
  const tags = entryTags(place, response)
  await dropLargeBody(room.plan.cache, ask.replaces)
  const isOwnPlace = finding.list === undefined ? names.length === 0 : isCovered(names, finding.list)
  context.set({ ttl: life.ttl, tags })
  if (isOwnPlace) {
    if (finding.list !== undefined && finding.variant !== undefined) await note(ask, result, finding.variant)
    return packResponse(response)
  }
  if (finding.list !== undefined) {
    // It depends on more than was known. From now on it is known; where it belongs, no lease was taken.
    await note(ask, result, variantOf(names, headers))
    await dropLargeBody(room.plan.cache, response.large)
    return context.skip(undefined)
  }
  const nonce = randomUUID()
  const id = variantOf(names, headers)
  await room.plan.cache.set(variantKey(place.key, id), packResponse({ ...response, nonce }), {
    ...life,
    tags,
    jitter: 0,
  })
  return { kind: 'variants', names, ids: [id], nonce } satisfies VariantList
}

async function note({ room, place }: Ask, { names, response }: Harvest, id: string): Promise<void> {
  const { cache, maxVariants } = room.plan
  const keyOf = (each: string): ReturnType<typeof variantKey> => variantKey(place.key, each)
  await noteVariant(cache, place, { id, names, keyOf }, { maxVariants, life: entryLife(response) })
}

function isCovered(names: readonly string[], list: VariantList): boolean {
  return names.every((name) => list.names.includes(name))
}

function report({ room }: Ask, key: string, result: FillResult, { isStandIn }: Fill): void {
  const outcome = typeof result === 'string' ? result : 'stored'
  if (typeof result === 'string') {
    room.statistics.countUnstorable(result)
    if (result !== 'incomplete' && result !== 'refused' && !isStandIn) room.unshared.note(key, room.nowMs)
  } else {
    room.statistics.count('stored')
    room.unshared.forget(key)
  }
  room.listeners.emit('store', { key, outcome })
}
