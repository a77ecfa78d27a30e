/** The suite's origin, on the loopback interface only. Its keep-alive stays at Node's five seconds: one test ends by it. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Vendored } from './vendored.ts'

export async function startOrigin({ handlers }: Vendored): Promise<Server> {
  const server = createServer((request, response) => {
    const [, kind = '', ...segments] = new URL(request.url ?? '/', 'http://localhost').pathname.split('/')
    const handle = handlers.get(kind)
    if (handle === undefined) response.writeHead(404).end()
    else handle(segments, request, response)
  })
  await listen(server)
  return server
}

/** Listens on a free port. */
export function listen(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', () => resolve())
  return promise
}

export function urlOf(server: Server): string {
  const address = server.address()
  return `http://127.0.0.1:${isAddress(address) ? address.port : 0}`
}

function isAddress(address: ReturnType<Server['address']>): address is AddressInfo {
  return typeof address === 'object' && address !== null
}
