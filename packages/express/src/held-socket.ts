/**
 * A connection on which nothing goes out for a while. Who breaks it off meanwhile does so afterwards: what an error handler breaks off
 * after the answer would have been on its way.
 */
import type { Socket } from 'node:net'

interface Hold {
  /** Requests that came one behind the other are held one within the other. */
  count: number
  isBrokenOff: boolean
}

const holds = new WeakMap<Socket, Hold>()

/** @returns how to let it go on */
export function holdBack(socket: Socket | null): () => void {
  if (socket === null || socket.destroyed) return () => undefined
  const hold = holds.get(socket) ?? begin(socket)
  hold.count++
  socket.cork()
  return () => {
    socket.uncork()
    if (--hold.count > 0) return
    holds.delete(socket)
    Reflect.deleteProperty(socket, 'destroy')
    if (hold.isBrokenOff) socket.destroySoon()
  }
}

function begin(socket: Socket): Hold {
  const hold = { count: 0, isBrokenOff: false }
  holds.set(socket, hold)
  socket.destroy = () => {
    hold.isBrokenOff = true
    return socket
  }
  return hold
}
