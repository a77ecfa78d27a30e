/**
 * The browser's side, for TanStack Query: what the server invalidates is fetched anew where it is shown.
 *
 * It listens to the subscription that `invalidations()` makes on the server. Each connection begins by trusting nothing that
 * was fetched before it, so that what happened while there was none is not missed; where there is no connection, the next
 * one is tried for after a pause that grows. It knows the query client and the subscription by shape.
 */
import type { InvalidationEvent } from './invalidation-event.ts'

export type { InvalidationEvent } from './invalidation-event.ts'

/** A query of TanStack Query, as far as it is needed here. */
export interface FollowedQuery {
  readonly queryKey: readonly unknown[]
  readonly meta?: Record<string, unknown> | undefined
}

export interface FollowedClient {
  invalidateQueries(filters: { readonly predicate: (query: FollowedQuery) => boolean }): Promise<void>
}

interface SubscriptionCalls {
  readonly onData: (event: InvalidationEvent) => void
  readonly onError: (error: unknown) => void
  readonly onComplete: () => void
}

export interface FollowOptions {
  readonly queryClient: FollowedClient
  /** The procedure at the client: `trpc.invalidations`. */
  readonly subscription: {
    subscribe(input: undefined, calls: SubscriptionCalls): { unsubscribe(): void }
  }
  /** The procedure's path a query is of; undefined for queries that are none of tRPC's. Default: as tRPC's own keys say. */
  readonly pathOf?: ((queryKey: readonly unknown[]) => string | undefined) | undefined
}

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000

/**
 * Invalidates the queries that an event concerns: of its paths, or with one of its tags in `meta: { tags: [...] }`; a query
 * without `meta.tags` may have any tag. @returns how to stop @throws TypeError naming the option and what is allowed
 */
export function followInvalidations(options: FollowOptions): () => void {
  requireOptions(options)
  const { queryClient, subscription, pathOf = trpcPath } = options
  let pauseMs = FIRST_PAUSE_MS
  let timer: ReturnType<typeof setTimeout> | undefined
  let current: { unsubscribe(): void } | undefined
  let isStopped = false
  const again = () => {
    if (isStopped || timer !== undefined) return
    timer = setTimeout(connect, pauseMs)
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  }
  const connect = () => {
    timer = undefined
    current = subscription.subscribe(undefined, {
      onData: (event) => {
        pauseMs = FIRST_PAUSE_MS
        void queryClient.invalidateQueries({ predicate: (query) => isConcerned(query, event, pathOf(query.queryKey)) })
      },
      onError: again,
      onComplete: again,
    })
  }
  connect()
  return () => {
    isStopped = true
    clearTimeout(timer)
    current?.unsubscribe()
  }
}

/** Core's checks would bring core itself to the browser; so these are by hand, in the same words. */
function requireOptions(given: unknown): void {
  if (typeof given !== 'object' || given === null) refuse(`${shown(given)} is not an options object`)
  const [queryClient, subscription, pathOf] = OPTIONS.map((name): unknown => Reflect.get(given, name))
  const unknown = Object.keys(given).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) refuse(`unknown option '${unknown}'; allowed: ${OPTIONS.join(', ')}`)
  if (!hasMethod(queryClient, 'invalidateQueries')) {
    refuse(`queryClient: ${shown(queryClient)} is not allowed; allowed: a QueryClient`)
  }
  if (!hasMethod(subscription, 'subscribe')) {
    refuse(`subscription: ${shown(subscription)} is not allowed; allowed: the procedure at the client`)
  }
  if (pathOf !== undefined && typeof pathOf !== 'function') {
    refuse(`pathOf: ${shown(pathOf)} is not allowed; allowed: a function of a query key`)
  }
}

const OPTIONS = ['queryClient', 'subscription', 'pathOf']

function refuse(what: string): never {
  throw new TypeError(`followInvalidations: ${what}`)
}

function hasMethod(given: unknown, name: string): boolean {
  return given !== undefined && given !== null && typeof Reflect.get(Object(given), name) === 'function'
}

function shown(given: unknown): string {
  return typeof given === 'object' && given !== null ? 'an object' : String(given)
}

function isConcerned({ meta }: FollowedQuery, event: InvalidationEvent, path: string | undefined): boolean {
  if (path === undefined) return false
  if (event.type !== 'invalidated') return true
  if (event.paths.some((each) => path === each || path.startsWith(`${each}.`))) return true
  const tags = meta?.['tags']
  return Array.isArray(tags) ? event.tags.some((tag) => tags.includes(tag)) : event.tags.length > 0
}

/** Keys of tRPC's integrations: the path's parts, after a prefix where there is one, and then what was asked. */
function trpcPath(queryKey: readonly unknown[]): string | undefined {
  const path = queryKey[queryKey.length > 2 ? 1 : 0]
  const isPath = Array.isArray(path) && path.length > 0 && path.every((part) => typeof part === 'string')
  return isPath ? path.join('.') : undefined
}
