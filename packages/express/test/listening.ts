/** An app on a free port of this machine, closed when the test is over. */
import { createServer, type Server } from 'node:http'
import type { Express } from 'express'
import { onTestFinished } from 'vitest'

interface Listening {
  readonly server: Server
  readonly port: number
}

export async function listening(app: Express): Promise<Listening> {
  const server = createServer(app)
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 }
}
