/** A copy of a request that nobody waits for, and a response whose bytes go nowhere: what a refresh behind runs with. */
import { type IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Request } from 'express'
import { NowhereSocket } from './nowhere-socket.ts'

export interface DetachedExchange {
  readonly req: IncomingMessage
  readonly res: ServerResponse
  /** Ends it, whatever its handler does. */
  readonly abandon: () => void
}

/** Fields by which the client asked for less than the whole, or for more than what is stored. */
const OF_THE_CLIENT = ['if-none-match', 'if-modified-since', 'if-range', 'range', 'cache-control', 'pragma']

export function detachedExchange(like: Request, headers: IncomingHttpHeaders): DetachedExchange {
  const socket = new NowhereSocket(like.socket)
  const req = new IncomingMessage(socket)
  req.method = 'GET'
  req.url = like.originalUrl
  req.httpVersion = '1.1'
  req.httpVersionMajor = 1
  req.httpVersionMinor = 1
  req.headers = { ...headers }
  for (const name of OF_THE_CLIENT) delete req.headers[name]
  req.rawHeaders = [...like.rawHeaders]
  req.complete = true
  req.push(null)
  const res = new ServerResponse(req)
  res.assignSocket(socket)
  res.once('finish', () => socket.destroy())
  return { req, res, abandon: () => socket.destroy() }
}
