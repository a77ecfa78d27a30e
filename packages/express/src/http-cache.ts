/** The middleware: sorts requests by what may be done with them. A fault of the cache is never the request's. */
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { answer } from './answer.ts'
import { questionOf } from './ask.ts'
import { type ForwardReason, setCacheStatus } from './cache-status.ts'
import type { HttpCacheEvents } from './events.ts'
import { invalidateAfter, SAFE_METHODS } from './invalidation.ts'
import { depthOf } from './nesting.ts'
import type { HttpCacheOptions } from './options.ts'
import { completeHead } from './passing-head.ts'
import { planRoute } from './plan.ts'
import { refreshOf } from './refresh.ts'
import { placeOf, type RequestPlace } from './request-key.ts'
import { NO_TERMS, type RequestTerms, readRequestTerms } from './request-terms.ts'
import { Room } from './room.ts'
import type { HttpCacheStats } from './statistics.ts'

export interface HttpCache extends RequestHandler {
  /** Counted since it was made. */
  readonly stats: () => HttpCacheStats
  /** @returns how to stop listening. */
  readonly on: <Name extends keyof HttpCacheEvents>(
    name: Name,
    listener: (event: HttpCacheEvents[Name]) => void,
  ) => () => void
}

/** A shared HTTP cache for what comes after it. @throws ConfigError */
export function httpCache(options: HttpCacheOptions): HttpCache {
  const room = new Room(planRoute(options))
  const handle = (req: Request, res: Response, next: NextFunction): void => {
    const depth = depthOf(req, room)
    const refresh = refreshOf(req)
    if (depth === undefined || (refresh !== undefined && refresh !== room)) {
      next()
      return
    }
    room.statistics.count('requests')
    if (!SAFE_METHODS.has(req.method)) invalidateAfter(room, req, res)
    const sorted = sort(room, req, depth)
    if (typeof sorted === 'string') {
      letPass(room, res, next, sorted)
      return
    }
    let isAsked = false
    const ask = (error?: unknown): void => {
      isAsked = true
      next(error)
    }
    const failed = (error: unknown): void => {
      room.fault(error)
      if (isAsked || res.headersSent) return
      completeHead(res, room.plan)
      next()
    }
    const exchange = { room, req, res, next: ask, ...sorted, question: questionOf(req), isRefresh: refresh === room }
    try {
      // A hit in memory is sent before this returns.
      answer(exchange)?.catch(failed)
    } catch (error) {
      failed(error)
    }
  }
  return Object.assign(handle, {
    stats: () => room.statistics.read(),
    on: <Name extends keyof HttpCacheEvents>(name: Name, listener: (event: HttpCacheEvents[Name]) => void) =>
      room.listeners.on(name, listener),
  })
}

/** Where the answer may be kept; or why this request passes by. */
function sort(
  room: Room,
  req: Request,
  depth: number,
): { readonly place: RequestPlace; readonly terms: RequestTerms } | ForwardReason {
  const { plan } = room
  if (req.method !== 'GET' && req.method !== 'HEAD') return 'method'
  try {
    const terms = plan.obeysRequests ? readRequestTerms(req.headers) : NO_TERMS
    if (plan.cache.closed || isBypassed(plan.bypass?.(req))) return 'bypass'
    if (terms.noStore) return 'request'
    // What the handler is to hold against its own state is not for a cache to answer.
    if (req.headers['if-match'] !== undefined || req.headers['if-unmodified-since'] !== undefined) return 'request'
    const place = placeOf(req, plan, depth)
    return place === undefined ? 'bypass' : { place, terms }
  } catch (error) {
    room.fault(error)
    return 'bypass'
  }
}

/** Whatever a route without types answers (a promise, a text) is not taken for a no. */
function isBypassed(said: unknown): boolean {
  return said !== undefined && said !== false
}

function letPass(room: Room, res: Response, next: NextFunction, why: ForwardReason): void {
  room.statistics.countForward(why)
  setCacheStatus(res, room.plan, undefined, { forward: why })
  completeHead(res, room.plan)
  next()
}
