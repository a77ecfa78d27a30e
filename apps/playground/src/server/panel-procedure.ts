/**
 * A panel as a tRPC procedure that answers from the cache, and as a task that warms what it would answer.
 *
 * The tags let an event or a refresh button invalidate it; the fingerprint is the file it was computed from and the SQL
 * that computed it, so that neither other flights nor a changed query can ever be answered with old rows, not even across
 * restarts. Times are the cache's own, but for the Summary, which ends with the day.
 */
import { createHash } from 'node:crypto'
import type { Clock, WarmTask } from '@stowage/core'
import type { Middleware, TrpcCache } from '@stowage/trpc'
import type { DayRange } from '../shared/calendar.ts'
import type { FlightSource } from './flight-source.ts'
import type { RequestMeter } from './meters/request-meter.ts'
import { nextMidnightAtMs } from './midnight.ts'
import { type PanelName, type PanelRows, pageOf, panelQueries } from './queries/panel-queries.ts'
import { tagOf } from './queries/panel-tags.ts'
import { rangeInput } from './range-input.ts'
import { procedure, type RpcContext } from './rpc.ts'

/** After its ttl an answer is still served at once, while one load refreshes it behind. */
const STALE_WHILE_REVALIDATE = '1d'

export interface PanelRooms {
  readonly flights: FlightSource
  readonly cached: TrpcCache
  readonly clock: Clock
  readonly requests: RequestMeter
}

export function panelProcedure<Name extends PanelName>({ flights, cached, clock, requests }: PanelRooms, name: Name) {
  const query = panelQueries[name]
  return procedure
    .input(rangeInput(flights.days).prefault({}))
    .use(async ({ next }) => {
      const startedAtMs = performance.now()
      try {
        return await next()
      } finally {
        requests.note(performance.now() - startedAtMs)
      }
    })
    .use(
      unlessDisabled(
        cached.query<RpcContext, DayRange>({
          scope: 'public',
          tags: [tagOf(name)],
          fingerprint: () => fingerprintOf(flights, name),
          onServed: ({ ctx }, served) => ctx.tell(served),
          ...(endsWithTheDay(name)
            ? { ttl: () => untilMidnightMs(clock) }
            : { staleWhileRevalidate: STALE_WHILE_REVALIDATE }),
        }),
      ),
    )
    .query(({ input }): Promise<readonly PanelRows[Name][]> => flights.rows(query, input))
}

/** What a warmer has to load for the procedure above to answer from the cache. */
export async function panelTask(
  { flights, cached, clock }: PanelRooms,
  name: PanelName,
  range: DayRange,
  label: string,
): Promise<WarmTask> {
  return {
    key: cached.key(`${pageOf(name)}.${name}`, { input: range }),
    name: label,
    loader: () => flights.rows<PanelRows[PanelName]>(panelQueries[name], range),
    options: {
      tags: [tagOf(name)],
      fingerprint: await fingerprintOf(flights, name),
      ...(endsWithTheDay(name) ? { ttl: untilMidnightMs(clock) } : { staleWhileRevalidate: STALE_WHILE_REVALIDATE }),
    },
  }
}

function endsWithTheDay(name: PanelName): boolean {
  return pageOf(name) === 'summary'
}

function untilMidnightMs(clock: Clock): number {
  const nowMs = clock.nowMs()
  return nextMidnightAtMs(nowMs) - nowMs
}

async function fingerprintOf(flights: FlightSource, name: PanelName): Promise<string> {
  return `${await flights.fingerprint()}-${hashOf(panelQueries[name].sql)}`
}

const hashes = new Map<string, string>()

/** Asked for by every hit: worked out once for each text. */
function hashOf(sql: string): string {
  const known = hashes.get(sql)
  if (known !== undefined) return known
  const hash = createHash('sha256').update(sql).digest('base64url')
  hashes.set(sql, hash)
  return hash
}

/** For users whose mode is `disabled` the cache is not there: nothing is read from it, and nothing kept. */
function unlessDisabled<Input>(cachedQuery: Middleware<RpcContext, Input>): Middleware<RpcContext, Input> {
  return async (call) => {
    if (call.ctx.mode !== 'disabled') return cachedQuery(call)
    const startedAtMs = performance.now()
    const result = await call.next()
    if (result.ok) {
      call.ctx.tell({ outcome: 'bypassed', ageMs: 0, ttlLeftMs: 0, loadMs: performance.now() - startedAtMs })
    }
    return result
  }
}
