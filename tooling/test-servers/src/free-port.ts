/**
 * A port nobody listens on, asked from the system. It is free only until somebody else takes it, so whoever uses one
 * must be ready to ask again.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('the system named no port for 127.0.0.1:0')
  return address.port
}
