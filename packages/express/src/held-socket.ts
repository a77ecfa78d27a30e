/**
 * A connection on which nothing goes out for a while. Corking it is not enough: Node uncorks a connection in full at the end of
 * each response. Who breaks it off meanwhile does so afterwards: what an error handler breaks off after the answer would
 * have been on its way.
 */
import type { Socket } from 'node:net'

interface Hold {
  /** Requests that came one behind the other are held one within the other. */
  count: number
  isBrokenOff: boolean
}

const holds = new WeakMap<Socket, Hold>()

/** @returns how to let it go on */
export function holdBack(socket: Socket): () => void {
  if (socket.destroyed) return () => undefined
  const hold = holds.get(socket) ?? begin(socket)
  hold.count++
  return () => {
    if (--hold.count === 0) end(socket, hold)
  }
}

function begin(socket: Socket): Hold {
  const hold = { count: 0, isBrokenOff: false }
  holds.set(socket, hold)
  socket.cork()
  socket.uncork = () => undefined
  socket.destroy = () => {
    hold.isBrokenOff = true
    return socket
  }
  return hold
}

function end(socket: Socket, { isBrokenOff }: Hold): void {
  holds.delete(socket)
  Reflect.deleteProperty(socket, 'uncork')
  Reflect.deleteProperty(socket, 'destroy')
  while (socket.writableCorked > 0) socket.uncork()
  if (isBrokenOff) socket.destroySoon()
}
