/**
 * What an HTTP cache may keep of a response: what every call in it allows, and nothing when one does not.
 *
 * A call is known by the function that reads its input, which tRPC hands to the procedure and shows to `responseMeta`. It
 * speaks for itself only when the cached query has come to an answer.
 */
import { ConfigError, type Duration, describe, durationMs, oneOf, requireKnownOptions, UsageError } from '@stowage/core'

/** What browsers and proxies may do with a public answer. They cannot be told of an invalidation. */
export interface HttpOptions {
  /** How long they may serve it, besides the ttl it has here. */
  readonly maxAge: Duration
  /** The same for caches that serve many users. */
  readonly sharedMaxAge?: Duration | undefined
  readonly staleWhileRevalidate?: Duration | undefined
  /** Names of request headers that the answer depends on. */
  readonly vary?: readonly string[] | undefined
  /** `told`: the response carries the answer's tags as `Cache-Tag`, for a cache that can be told of them. Default `'untold'`. */
  readonly tags?: 'told' | 'untold' | undefined
}

/** Checked, in seconds. */
export interface HttpGrant {
  readonly directives: ReadonlyMap<string, number>
  readonly vary: readonly string[]
  readonly tellsTags: boolean
}

/** @throws ConfigError */
export function planGrant(options: HttpOptions): HttpGrant {
  requireKnownOptions('query: http', options, ['maxAge', 'sharedMaxAge', 'staleWhileRevalidate', 'vary', 'tags'])
  const { maxAge, sharedMaxAge, staleWhileRevalidate, vary = [], tags = 'untold' } = options
  if (!Array.isArray(vary) || vary.some((name) => !isHeaderName(name))) {
    throw new ConfigError(`query: http: vary: ${describe(vary)} is not allowed; allowed: an array of header names`)
  }
  const given = [
    ['max-age', maxAge],
    ['s-maxage', sharedMaxAge],
    ['stale-while-revalidate', staleWhileRevalidate],
  ] as const
  const known = given.flatMap(([name, duration]) =>
    duration === undefined && name !== 'max-age'
      ? []
      : [[name, Math.floor(durationMs(`query: http: ${name}`, duration) / 1_000)] as const],
  )
  const tellsTags = oneOf('query: http: tags', tags, ['told', 'untold']) === 'told'
  return { directives: new Map(known), vary, tellsTags }
}

function isHeaderName(name: unknown): boolean {
  return typeof name === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(name)
}

type GetRawInput = () => Promise<unknown>

interface AnswerGrant extends HttpGrant {
  readonly tags: readonly string[]
}

const granted = new WeakMap<GetRawInput, AnswerGrant>()

/** @param tags of the answer. */
export function grant(call: GetRawInput, what: HttpGrant, tags: readonly string[]): void {
  granted.set(call, { ...what, tags: what.tellsTags ? tags : [] })
}

/** What a list in a header can hold as it is; a response whose tags cannot be told is not to be kept. */
const TAG = /^[\w:./@~+-]+$/

/** What tRPC tells its `responseMeta`, as far as it is needed here. */
export interface AnsweredRequest {
  readonly type: string
  readonly info: { readonly calls: readonly { readonly getRawInput: GetRawInput }[] } | undefined
  readonly errors: readonly unknown[]
  readonly eagerGeneration: boolean
}

/**
 * For the `responseMeta` of tRPC's adapters: `Cache-Control` and `Vary` of a response of which every call is a cached
 * query that allows it (`http`), and was answered; nothing for any other. @throws UsageError for what tRPC does not tell
 */
export function responseMeta(answered: AnsweredRequest): { headers?: Headers } {
  if (!isAnswered(answered)) {
    throw new UsageError(
      `responseMeta: ${describe(answered)} is not allowed; allowed: what tRPC tells its responseMeta`,
    )
  }
  const { type, info, errors, eagerGeneration } = answered
  const calls = info?.calls ?? []
  if (type !== 'query' || errors.length > 0 || eagerGeneration) return {}
  const grants = calls.flatMap(({ getRawInput }) => granted.get(getRawInput) ?? [])
  const [first, ...others] = grants
  if (first === undefined || grants.length < calls.length) return {}
  const headers = new Headers({ 'cache-control': `public, ${sharedDirectives(first, others).join(', ')}` })
  const vary = new Set(grants.flatMap((each) => each.vary.map((name) => name.toLowerCase())))
  if (vary.size > 0) headers.set('vary', [...vary].join(', '))
  const tags = new Set(grants.flatMap((each) => each.tags))
  if (![...tags].every((tag) => TAG.test(tag))) return {}
  if (tags.size > 0) headers.set('cache-tag', [...tags].join(', '))
  return { headers }
}

function isAnswered(given: unknown): boolean {
  return typeof given === 'object' && given !== null && Array.isArray(Reflect.get(given, 'errors'))
}

/** The least that all allow. Without a word of one on shared caches, they get no more than its `max-age`. */
function sharedDirectives(first: HttpGrant, others: readonly HttpGrant[]): string[] {
  const all = [first, ...others]
  const least = (name: string, instead: (each: HttpGrant) => number) =>
    Math.min(...all.map((each) => each.directives.get(name) ?? instead(each)))
  const maxAge = ({ directives }: HttpGrant) => directives.get('max-age') ?? 0
  const names = new Set(all.flatMap((each) => [...each.directives.keys()]))
  const seconds = {
    's-maxage': least('s-maxage', maxAge),
    'stale-while-revalidate': least('stale-while-revalidate', () => 0),
  }
  const rest = Object.entries(seconds).filter(([name]) => names.has(name))
  return [['max-age', least('max-age', () => 0)], ...rest].map(([name, value]) => `${name}=${value}`)
}
