/**
 * tRPC has no call by which a middleware answers in place of the resolver; what it does when one returns a result of its own
 * is pinned here over the supported range, oldest to newest. When this fails after an upgrade, src/middleware.ts has to change.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createCache } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createTrpcCache } from '@stowage/trpc'
import * as newest from '@trpc/server'
import { createHTTPHandler as newestHandler } from '@trpc/server/adapters/standalone'
import * as middle from 'trpc-server-middle'
import { createHTTPHandler as middleHandler } from 'trpc-server-middle/adapters/standalone'
import * as oldest from 'trpc-server-oldest'
import { createHTTPHandler as oldestHandler } from 'trpc-server-oldest/adapters/standalone'
import oldestManifest from 'trpc-server-oldest/package.json' with { type: 'json' }
import { expect, test } from 'vitest'
import { z } from 'zod'

type Server = typeof newest

const part = z.object({
  result: z.unknown().optional(),
  error: z.object({ message: z.string(), data: z.unknown() }).optional(),
})

const RANGE = [
  { name: 'oldest', server: oldest, handler: oldestHandler },
  { name: 'middle', server: middle, handler: middleHandler },
  { name: 'newest', server: newest, handler: newestHandler },
]

test.each(RANGE)(
  '$name: a hit is an answer, errors are the resolver`s, and each call of a batch is decided alone',
  async ({ server, handler }) => {
    const { initTRPC, TRPCError } = server as unknown as Server
    const cached = createTrpcCache({ cache: createCache({ backend: memoryBackend({ maxEntries: 100 }), ttl: '1m' }) })
    const t = initTRPC.create({ isDev: false })
    const runs = { post: 0, gone: 0 }
    const router = t.router({
      post: t.procedure
        .input(z.object({ id: z.number() }))
        .output(z.object({ id: z.number() }))
        .use(cached.query({ scope: 'public', tags: ['posts'] }))
        .query(({ input }) => {
          runs.post++
          return { id: input.id, secret: true }
        }),
      gone: t.procedure.use(cached.query({ scope: 'public', negativeTtl: '1m' })).query(() => {
        runs.gone++
        throw new TRPCError({ code: 'NOT_FOUND', message: 'gone' })
      }),
      late: t.procedure
        .input(z.object({ a: z.number() }))
        .use(cached.query({ scope: 'public' }))
        .input(z.object({ b: z.number() }))
        .query(() => 1),
      rename: t.procedure.use(cached.invalidates({ tags: ['posts'] })).mutation(() => 'renamed'),
    })
    const http = createServer((handler as unknown as typeof newestHandler)({ router }))
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    const address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
    const batch = async () => {
      const input = encodeURIComponent(JSON.stringify({ 0: { id: 7 }, 2: { a: 1, b: 2 }, 3: { id: 7 } }))
      const response = await fetch(`${address}/post,gone,late,post?batch=1&input=${input}`)
      return { status: response.status, parts: z.array(part).parse(await response.json()) }
    }
    try {
      for (const round of [1, 2]) {
        const { status, parts } = await batch()
        expect({ round, status }).toEqual({ round, status: 207 })
        expect(parts[0]?.result).toEqual({ data: { id: 7 } })
        expect(parts[1]?.error).toMatchObject({ message: 'gone', data: { code: 'NOT_FOUND', httpStatus: 404 } })
        expect(parts[2]?.error?.message).toContain('has an input validator after the cached query')
        expect(parts[3]).toEqual(parts[0])
      }
      expect(runs).toEqual({ post: 1, gone: 1 })
      await fetch(`${address}/rename`, { method: 'POST', headers: { 'content-type': 'application/json' } })
      await batch()
      expect(runs).toEqual({ post: 2, gone: 1 })
    } finally {
      http.closeAllConnections()
      http.close()
    }
  },
)

test('the oldest is the floor that package.json promises', () => {
  const catalogs = readFileSync(join(import.meta.dirname, '../../../pnpm-workspace.yaml'), 'utf8')
  expect(catalogs).toContain(`"@trpc/server": ^${oldestManifest.version}`)
})
