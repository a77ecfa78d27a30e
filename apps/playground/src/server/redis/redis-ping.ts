/** Whether a Redis answers at an address. One line each way: no client is needed to ask that. */
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

const PATIENCE_MS = 1_000
const USUAL_PORT = 6_379

/** @param url `redis://` or `rediss://` */
export function answersPing(url: string): Promise<boolean> {
  const { protocol, hostname, port } = new URL(url)
  const place = { host: hostname, port: port === '' ? USUAL_PORT : Number(port) }
  return new Promise((resolve) => {
    const socket: Socket = protocol === 'rediss:' ? connectSecure(place) : connectPlain(place)
    const end = (answers: boolean): void => {
      socket.destroy()
      resolve(answers)
    }
    socket.setTimeout(PATIENCE_MS, () => end(false))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
    // One that wants a password first is there, too: the URL has it.
    socket.once('data', (answer) => end(/^(\+PONG|-NOAUTH)/.test(answer.toString('latin1'))))
    socket.write('PING\r\n')
  })
}
