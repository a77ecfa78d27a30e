/**
 * A request that passes more than one cache. The same one mounted twice lets it pass the second time. Another one that is further in has
 * places of its own, as both may stand on one store: what the inner one keeps is not what the outer one waits for.
 */
import type { IncomingMessage } from 'node:http'
import type { Room } from './room.ts'

const ROOMS: unique symbol = Symbol('caches passed')

/** A property, as a weak map of requests costs each of them and each collection more than all else of a hit's sorting. */
interface Passing {
  [ROOMS]?: Room[]
}

/** How many caches it has passed before; undefined when this is one of them. */
export function depthOf(req: IncomingMessage & Passing, room: Room): number | undefined {
  const rooms = req[ROOMS]
  if (rooms?.includes(room) === true) return undefined
  if (rooms !== undefined) return rooms.push(room) - 1
  req[ROOMS] = [room]
  return 0
}
