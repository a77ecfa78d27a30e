/**
 * Where the response to a request is kept: method, scheme and host as Express sees them (`trust proxy` counts), the path and
 * query, all of them as they came, and the fields that proxies rewrite requests by, which handlers echo. No decision is made by what a
 * path looks like. Requests that may mean something else to the handler than to the key have no place: they pass by.
 */
import { createHash } from 'node:crypto'
import { describe, type Key, type KeyPart, keyPartsText, UsageError } from '@stowage/core'
import type { Request } from 'express'
import type { RoutePlan } from './plan.ts'

const KEY_ROOT = 'http'
const VARIANT = 'variant'
/** No route's own tags begin like this. */
export const URL_TAG_ROOT = 'stowage-url:'

export interface RequestPlace {
  readonly key: Key
  /** In lower case. */
  readonly origin: string
  /** Path and query, without what the route says makes no difference. */
  readonly url: string
  readonly isPartitioned: boolean
}

/** They change what the handler is asked for; a key that left them out could be poisoned through them. */
const REWRITING = ['x-http-method-override', 'x-http-method', 'x-method-override', 'x-original-url', 'x-rewrite-url']
/** They change what a handler believes its own address to be. */
const FORWARDING = [
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-server',
  'x-host',
]
/** Fields that are part of each key. */
export const KEYED_FIELDS: ReadonlySet<string> = new Set(['host', 'forwarded', ...FORWARDING, ...REWRITING])

const MAX_PLAIN_LENGTH = 400
/** What means the same with and without its percent sign. */
const UNRESERVED = /^[\w.~-]$/

/**
 * Undefined: nothing is kept for this request.
 * @param depth of caches it has passed before (nesting.ts)
 */
export function placeOf(req: Request, plan: RoutePlan, depth: number): RequestPlace | undefined {
  const { headers } = req
  if (REWRITING.some((name) => headers[name] !== undefined)) return undefined
  if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0') return undefined
  if (hasTwoHosts(req.rawHeaders)) return undefined
  // Hosts have no case, and a target may name its origin in full (RFC 9110, 4.2.3 and 7.1): what is invalidated, is so for all
  // spellings. Handlers echo what they are asked by: each spelling is kept on its own, or one client's would be everybody's.
  const spelledOrigin = spelledOriginOf(req)
  const spelled = withoutIgnored(req.originalUrl, plan.ignoredQuery)
  const origin = spelledOrigin.toLowerCase()
  const url = targetOf(spelled, origin)
  if (url === undefined) return undefined
  const partition = partitionOf(plan, req)
  const ownKey = ownKeyOf(plan, req)
  const rewritten = ownKey === undefined ? rewrittenUrl(req, plan, { origin, url }) : undefined
  const plainly = keyOf(spelledOrigin, ownKey ?? spelled, forwarding(headers), partition)
  const outermost = rewritten === undefined ? plainly : [...partsOf(plainly), 'rewritten', rewritten]
  const key = depth === 0 ? outermost : [...partsOf(outermost), 'behind', depth]
  return { key, origin, url, isPartitioned: partition !== undefined }
}

/**
 * Text where origin and path say it all: the parts of a structured key cost half of a look-up in memory. Hosts are the client's
 * to choose, and paths have no spaces: so the path comes first, and the first space after it ends it.
 */
function keyOf(origin: string, url: string, forwarded: KeyPart, partition: string | undefined): Key {
  const isPlain = forwarded === undefined && partition === undefined && url.startsWith('/') && !url.includes(' ')
  return isPlain ? `${KEY_ROOT} ${url} ${origin}` : [KEY_ROOT, origin, url, forwarded, partition]
}

/**
 * Path and query that a middleware before this has put in place of the client's, for the routes behind it; undefined where it is those
 * that were asked for. Which ones it puts there may follow from what the key has not.
 */
function rewrittenUrl(
  req: Request,
  { ignoredQuery }: RoutePlan,
  asked: Pick<RequestPlace, 'origin' | 'url'>,
): string | undefined {
  if (req.url === req.originalUrl) return undefined
  const { baseUrl } = req
  const spelled = withoutIgnored(req.url, ignoredQuery)
  // Routers keep the origin where a target has named it.
  const path = spelled.toLowerCase().startsWith(asked.origin) ? spelled.slice(asked.origin.length) : spelled
  // A router that is mounted at the whole of a path sees a slash in its place.
  const isSlash = path === '/' || path.startsWith('/?')
  const isAsked = asked.url === `${baseUrl}${path}` || (isSlash && asked.url === `${baseUrl}${path.slice(1)}`)
  return isAsked ? undefined : `${baseUrl}${path}`
}

/** What names nobody would be everybody's, and taken for somebody's. @throws UsageError */
function partitionOf({ partition }: RoutePlan, req: Request): string | undefined {
  const name: unknown = partition?.(req)
  if (name === undefined || (typeof name === 'string' && name !== '')) return name
  throw new UsageError(
    `partition: the function gave ${describe(name)}; allowed: text that is not empty, or undefined for everybody's`,
  )
}

/** What the route says in place of path and query; undefined where it says nothing. @throws UsageError */
function ownKeyOf({ key }: RoutePlan, req: Request): string | undefined {
  if (key === undefined) return undefined
  const text: unknown = key(req)
  if (typeof text === 'string') return text
  throw new UsageError(`key: the function gave ${describe(text)}; allowed: text`)
}

/** Node takes the first and keeps the second where handlers can find it. */
function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let count = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]
    if (name?.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count > 1
}

export function originOf(req: Request): string {
  return spelledOriginOf(req).toLowerCase()
}

function spelledOriginOf(req: Request): string {
  return `${req.protocol}://${req.host ?? ''}`
}

/** Invalidates all that is kept for the URL, whatever the partition, the variant and the spelling. */
export function urlTag({ origin, url }: Pick<RequestPlace, 'origin' | 'url'>): string {
  const plain = `${URL_TAG_ROOT}${origin}${evenedUrl(origin, url)}`
  return plain.length <= MAX_PLAIN_LENGTH && plain.isWellFormed()
    ? plain
    : `${URL_TAG_ROOT}sha256:${createHash('sha256').update(plain).digest('base64url')}`
}

/** One text for the spellings of a path and query (RFC 3986, 6.2.2): what is invalidated is so in all of them. */
function evenedUrl(origin: string, url: string): string {
  const evened = url.replaceAll(/%[0-9a-f]{2}/gi, (code) => {
    const char = String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return UNRESERVED.test(char) ? char : code.toUpperCase()
  })
  if (!URL.canParse(`${origin}${evened}`)) return evened
  const { pathname, search } = new URL(`${origin}${evened}`)
  return `${pathname}${search}`
}

/** The path and query as they came. A request that names its origin in full counts when that is the origin Express sees. */
export function targetOf(url: string, origin: string): string | undefined {
  if (url.startsWith('/')) return url
  if (!url.toLowerCase().startsWith(`${origin}/`)) return undefined
  return url.slice(origin.length)
}

/** Parameters of the query that the route says make no difference, by their names as they came. */
export function withoutIgnored(url: string, ignored: ReadonlySet<string>): string {
  const at = url.indexOf('?')
  if (ignored.size === 0 || at < 0) return url
  const kept = url
    .slice(at + 1)
    .split('&')
    .filter((pair) => !ignored.has(pair.split('=', 1)[0] ?? ''))
  return kept.length === 0 ? url.slice(0, at) : `${url.slice(0, at)}?${kept.join('&')}`
}

function forwarding(headers: Request['headers']): KeyPart {
  let said: { [name: string]: string } | undefined
  for (const name of FORWARDING) {
    const value = headers[name]
    if (value !== undefined) said = { ...said, [name]: String(value) }
  }
  const addresses = headers.forwarded === undefined ? '' : withoutClients(headers.forwarded)
  return addresses === '' ? said : { ...said, forwarded: addresses }
}

/** Forwarded without whom it was forwarded for, which is another one at each request. */
function withoutClients(forwarded: string): string {
  return forwarded
    .toLowerCase()
    .split(/[,;]/)
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '' && !pair.startsWith('for=') && !pair.startsWith('by='))
    .join(';')
}

/** The key of one variant of a place. */
export function variantKey(key: Key, variant: string): Key {
  return [...partsOf(key), VARIANT, variant]
}

/** What to know a place by, given its key or that of one of its variants. */
export function placeText(key: Key): string {
  const parts = partsOf(key)
  return keyPartsText(parts.at(-2) === VARIANT ? parts.slice(0, -2) : parts)
}

function partsOf(key: Key): readonly KeyPart[] {
  return typeof key === 'string' ? [key] : key
}
