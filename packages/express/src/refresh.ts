/**
 * Refreshes a stored response behind the one that was served: the request runs through the app once more, without a client,
 * so that what comes before the route (authentication, parsers) has its say again.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Request } from 'express'
import type { Exchange } from './ask.ts'
import { detachedExchange } from './detached-exchange.ts'
import type { Room } from './room.ts'

/** A handler that does not answer is left alone after this. */
const MAX_REFRESH_MS = 60_000

const refreshes = new WeakMap<IncomingMessage, Room>()

/** Whether the request is a refresh behind, which no client has sent. For loggers and limiters. */
export function isRefresh(req: IncomingMessage): boolean {
  return refreshes.has(req)
}

/** Whose refresh the request is. */
export function refreshOf(req: IncomingMessage): Room | undefined {
  return refreshes.get(req)
}

/** @param headers the request's, as they came */
export function refreshBehind({ req, room }: Exchange, headers: IncomingHttpHeaders, key: string): void {
  const nowMs = room.nowMs
  if (room.flights.find(key) !== undefined || room.refreshed.has(key, nowMs)) return
  room.refreshed.note(key, nowMs)
  room.statistics.count('refreshes')
  const { clock } = room.plan
  const detached = detachedExchange(req, headers)
  refreshes.set(detached.req, room)
  const cancel = clock.schedule(MAX_REFRESH_MS, detached.abandon)
  detached.res.once('close', cancel)
  const app = rootApp(req.app)
  // After the client's own answer.
  setImmediate(() => {
    try {
      app(detached.req, detached.res)
    } catch (error) {
      room.fault(error)
      detached.abandon()
    }
  })
}

type App = Request['app']

function rootApp(app: App): App {
  const parent: unknown = Reflect.get(app, 'parent')
  return isApp(parent) ? rootApp(parent) : app
}

function isApp(value: unknown): value is App {
  return typeof value === 'function' && 'handle' in value
}
