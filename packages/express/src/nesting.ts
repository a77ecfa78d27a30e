/**
 * A request that passes more than one cache. The same one mounted twice lets it pass the second time. Another one that is further in has
 * places of its own, as both may stand on one store: what the inner one keeps is not what the outer one waits for.
 */
import type { IncomingMessage } from 'node:http'
import type { Room } from './room.ts'

const passed = new WeakMap<IncomingMessage, Room[]>()

/** How many caches it has passed before; undefined when this is one of them. */
export function depthOf(req: IncomingMessage, room: Room): number | undefined {
  const rooms = passed.get(req)
  if (rooms?.includes(room) === true) return undefined
  if (rooms !== undefined) return rooms.push(room) - 1
  passed.set(req, [room])
  return 0
}
