/** A client that writes what it likes on a connection: requests that Node's own would not send. */
import { connect } from 'node:net'

/** Resolves with all that came until the server closed the connection. */
export function rawly(port: number, request: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  socket.on('error', reject)
  socket.on('close', () => resolve(text))
  socket.write(request, 'latin1')
  return promise
}
