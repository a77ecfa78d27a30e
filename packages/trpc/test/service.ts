/** A real HTTP server for a router, and real clients of it; all of it ends with the scope. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { createTrpcCache } from '@stowage/trpc'
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, httpLink } from '@trpc/client'
import { type AnyTRPCRouter, initTRPC } from '@trpc/server'
import { type CreateHTTPHandlerOptions, createHTTPHandler } from '@trpc/server/adapters/standalone'
import superjson from 'superjson'
import { expect } from 'vitest'

/** Who asks, by header; nobody when there is none. */
export interface Context {
  readonly user: string | null
  readonly requestId: number
}

export const requestScope: AsyncLocalStorage<Context> = new AsyncLocalStorage<Context>()

export const t = initTRPC.context<Context>().create({ transformer: superjson, isDev: false })

/** Waits as long as a busy machine may take. */
export const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: 20_000 })

let requestCount = 0

export type ClientLink = 'single' | 'batch' | 'batch-stream'

/** A cache on a clock that stands still, and the middlewares on it. */
export function newCache(isolation: 'reference' | 'freeze' = 'reference') {
  const clock = createFakeClock()
  const cache = createCache({ backend: memoryBackend({ maxEntries: 10_000, isolation }), ttl: '1m', clock })
  return { clock, cache, cached: createTrpcCache({ cache }) }
}

export async function serve<Router extends AnyTRPCRouter>(
  router: Router,
  options: Partial<CreateHTTPHandlerOptions<Router>> = {},
) {
  const createContext = ({ req }: { readonly req: { readonly headers: NodeJS.Dict<string | string[]> } }): Context => {
    const { user } = req.headers
    const context = { user: typeof user === 'string' ? user : null, requestId: ++requestCount }
    requestScope.enterWith(context)
    return context
  }
  const settings = { router, createContext, ...options } as unknown as CreateHTTPHandlerOptions<Router>
  const server = createServer(createHTTPHandler(settings))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    client: (user: string | null, link: ClientLink = 'single') => clientOf<Router>(url, user, link),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function clientOf<Router extends AnyTRPCRouter>(url: string, user: string | null, link: ClientLink) {
  const settings = { url, transformer: superjson, headers: user === null ? {} : { user } }
  const links = { single: httpLink, batch: httpBatchLink, 'batch-stream': httpBatchStreamLink }
  return createTRPCClient<Router>({ links: [links[link](settings as never)] })
}
