/** Cuts the line that invalidations travel on: Redis is told to close every connection that listens, again and again. */
import { once } from 'node:events'
import { connect } from 'node:net'

const CUT_INTERVAL_MS = 200

export interface CutBus {
  stop(): void
}

export function cutBus(redisUrl: string): CutBus {
  const cut = (): void => void killListeners(redisUrl)
  cut()
  const timer = setInterval(cut, CUT_INTERVAL_MS)
  return { stop: () => clearInterval(timer) }
}

async function killListeners(redisUrl: string): Promise<void> {
  const { hostname, port } = new URL(redisUrl)
  const socket = connect({ host: hostname, port: Number(port), timeout: CUT_INTERVAL_MS })
  // A server that is paused or gone has cut its lines already.
  socket.on('error', () => socket.destroy())
  socket.on('timeout', () => socket.destroy())
  const closed = once(socket, 'close')
  socket.on('connect', () => socket.end('CLIENT KILL TYPE pubsub\r\nQUIT\r\n'))
  socket.resume()
  await closed.catch(() => undefined)
}
