/**
 * A line between a client and a server that can be made bad: silent (accepts and never answers), slow, or cut in the middle of an
 * answer. What it does can be changed at any time and holds for open connections too.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { freePort } from './free-port.ts'

export interface Line {
  /** What the server says is thrown away, and so is what the client says. */
  readonly isSilent?: boolean
  /** What the client says reaches the server when the line is another again, whatever has become of the client by then. */
  readonly isHeld?: boolean
  /** With {@link isHeld}: not so for connections made from now on. */
  readonly isNewFree?: boolean
  /** How much later than the server said it the client hears it. */
  readonly delayMs?: number
  /** After so many bytes of answers the connection is reset, once. */
  readonly cutAfterBytes?: number
}

export interface TcpProxy extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** Replaces what the line is like. */
  become(line: Line): void
  /** Connections until now. */
  readonly connectionCount: number
}

export async function startProxy(serverPort: number): Promise<TcpProxy> {
  const port = await freePort()
  const sockets = new Set<Socket>()
  const held: (() => void)[] = []
  let line: Line = {}
  let connectionCount = 0
  let answeredBytes = 0

  const server = createServer((near) => {
    connectionCount += 1
    const far = connect(serverPort, '127.0.0.1')
    const isFree = line.isNewFree === true
    let hasHeld = false
    const end = (): void => {
      for (const socket of hasHeld ? [near] : [near, far]) {
        sockets.delete(socket)
        socket.destroy()
      }
    }
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.setNoDelay(true).on('error', end).on('close', end)
    }
    near.on('data', (bytes) => {
      if (line.isHeld === true && !isFree) {
        hasHeld = true
        held.push(() => far.write(bytes))
      } else if (line.isSilent !== true) far.write(bytes)
    })
    far.on('data', (bytes) => {
      if (line.isSilent === true) return
      const room = (line.cutAfterBytes ?? Number.POSITIVE_INFINITY) - answeredBytes
      answeredBytes += bytes.length
      if (room < bytes.length) {
        line = {}
        near.write(bytes.subarray(0, Math.max(0, room)), end)
      } else if (line.delayMs === undefined) near.write(bytes)
      else setTimeout(() => near.write(bytes), line.delayMs)
    })
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')

  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    become(next) {
      line = next
      answeredBytes = 0
      if (line.isHeld !== true) for (const deliver of held.splice(0)) deliver()
    },
    get connectionCount() {
      return connectionCount
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
