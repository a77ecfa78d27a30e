/** A tRPC service on the loopback whose resolvers have no work to do, cached and not, and a caller and a client of it. */
import { once } from 'node:events'
import { createServer } from 'node:http'

export type PostService = Awaited<ReturnType<typeof openPosts>>

export async function openPosts() {
  const [{ createCache }, { memoryBackend }, { createTrpcCache }] = await Promise.all([
    import('@stowage/core'),
    import('@stowage/memory'),
    import('@stowage/trpc'),
  ])
  const { initTRPC } = await import('@trpc/server')
  const { createHTTPHandler } = await import('@trpc/server/adapters/standalone')
  const { createTRPCClient, httpBatchLink } = await import('@trpc/client')
  const { z } = await import('zod')

  const cache = createCache({ backend: memoryBackend({ maxEntries: 10_000 }), ttl: '1h' })
  // As in production.
  const cached = createTrpcCache({ cache, publicGuard: 'off' })
  const t = initTRPC.context<{ readonly user: string }>().create()
  const byId = t.procedure.input(z.object({ id: z.number() }))
  let runCount = 0
  const post = ({ input: { id } }: { readonly input: { readonly id: number } }) => {
    runCount++
    return { id, title: 'A title of some length', author: { id: 7, name: 'Ada' }, tags: ['a', 'b', 'c'] }
  }
  const router = t.router({
    plain: byId.query(post),
    public: byId.use(cached.query({ scope: 'public' })).query(post),
    scoped: byId
      .use(cached.query({ scope: (ctx) => ctx.user, tags: ({ input }) => ['posts', `post:${input.id}`] }))
      .query(post),
  })
  const server = createServer(createHTTPHandler({ router, createContext: () => ({ user: 'alice' }) }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    caller: router.createCaller({ user: 'alice' }),
    client: createTRPCClient<typeof router>({ links: [httpBatchLink({ url: `http://127.0.0.1:${port}` })] }),
    runs: () => runCount,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await cache.close()
    },
  }
}
