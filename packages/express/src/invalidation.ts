/**
 * Unsafe requests (RFC 9111, 4.4): when one has succeeded, what is stored for its URL is invalidated before the client has
 * the whole answer, and so is what its Location and Content-Location name on the same origin.
 */
import type { Request, Response } from 'express'
import { fieldText } from './header-text.ts'
import { holdBack } from './held-socket.ts'
import { originOf, targetOf, urlTag, withoutIgnored } from './request-key.ts'
import type { Room } from './room.ts'

export const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

export function invalidateAfter(room: Room, req: Request, res: Response): void {
  const end: unknown = Reflect.get(res, 'end')
  let isDone = false
  const invalidateNow = (): Promise<void> | undefined => {
    const tags = isDone || res.statusCode < 200 || res.statusCode >= 400 ? [] : changedTags(room, req, res)
    isDone = true
    return tags.length === 0 ? undefined : invalidate(room, tags)
  }
  res.end = (...args: readonly unknown[]) => {
    Object.assign(res, { end })
    const invalidated = invalidateNow()
    // The response ends as it would without a cache; what waits is its bytes. One behind another has no socket yet: its request has.
    const release = invalidated === undefined ? undefined : holdBack(req.socket)
    if (typeof end === 'function') Reflect.apply(end, res, args)
    void invalidated?.then(release)
    return res
  }
  // A client that leaves in the middle of the answer has it changed all the same.
  res.once('close', () => {
    if (res.headersSent) void invalidateNow()
  })
}

/** Never rejects: what fails is tried again by the cache, which serves nothing of it until then. */
async function invalidate(room: Room, tags: readonly string[]): Promise<void> {
  room.statistics.count('invalidations')
  try {
    await room.plan.cache.invalidate({ tags })
  } catch (error) {
    room.fault(error)
  }
}

function changedTags({ plan }: Room, req: Request, res: Response): readonly string[] {
  const origin = originOf(req)
  const target = targetOf(req.originalUrl, origin)
  if (target === undefined) return []
  const named = ['location', 'content-location'].map((name) =>
    sameOrigin(fieldText(res.getHeader(name)), origin, target),
  )
  const urls = [target, ...named.filter((url) => url !== undefined)]
  return [...new Set(urls.map((url) => urlTag({ origin, url: withoutIgnored(url, plan.ignoredQuery) })))]
}

/** The path and query of a reference; undefined when it leads to another origin, or nowhere. */
function sameOrigin(reference: string | undefined, origin: string, target: string): string | undefined {
  // Clients choose their Host: an origin may be no URL where it makes one with the target behind it.
  const base = `${origin}${target}`
  if (reference === undefined || !URL.canParse(reference, base)) return undefined
  const url = new URL(reference, base)
  return url.origin === new URL(base).origin ? `${url.pathname}${url.search}` : undefined
}
