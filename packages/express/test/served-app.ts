/** An Express app on a free port with the cache before its routes, asked over real connections. Closed after the test. */
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request, type Server } from 'node:http'
import { type Backend, type Cache, type CacheOptions, createCache } from '@stowage/core'
import { createFakeClock, type FakeClock, type FaultyBackend, faultyBackend } from '@stowage/core/testing'
import { type HttpCache, type HttpCacheOptions, httpCache } from '@stowage/express'
import { memoryBackend } from '@stowage/memory'
import express, { type Express, type RequestHandler } from 'express'
import { onTestFinished } from 'vitest'
import { listening } from './listening.ts'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly bytes: Buffer
}

interface Ask {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
}

interface ServedApp {
  readonly app: Express
  readonly server: Server
  readonly port: number
  readonly cache: Cache
  readonly clock: FakeClock
  readonly backend: FaultyBackend
  readonly middleware: HttpCache
  readonly ask: (path: string, how?: Ask) => Promise<Answer>
  /** How often the handler ran. */
  readonly runs: () => number
}

interface Setup {
  readonly options?: Partial<HttpCacheOptions>
  readonly before?: readonly RequestHandler[]
  readonly after?: readonly RequestHandler[]
  readonly trustProxy?: boolean
  readonly cache?: Partial<CacheOptions>
  /** Default: in memory. */
  readonly backend?: Backend
  /** What the clock shows, which stands still. */
  readonly startAtMs?: number
}

export async function servedApp(handler: RequestHandler, setup: Setup = {}): Promise<ServedApp> {
  const clock = createFakeClock(setup.startAtMs ?? Date.UTC(2026, 0, 1))
  const backend = faultyBackend(setup.backend ?? memoryBackend({ maxEntries: 2_000 }), clock)
  const cache = createCache({ backend, clock, ttl: '1m', ...setup.cache })
  const middleware = httpCache({ cache, clock, ...setup.options })
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', setup.trustProxy ?? false)
  for (const each of setup.before ?? []) app.use(each)
  app.use(middleware)
  for (const each of setup.after ?? []) app.use(each)
  let runCount = 0
  app.use((req, res, next) => {
    runCount++
    return handler(req, res, next)
  })
  // Closed after the server: what is registered last is done first.
  onTestFinished(async () => {
    const closed = cache.close()
    clock.advanceMs(60_000)
    await closed
  })
  const { server, port } = await listening(app)
  return {
    app,
    server,
    port,
    cache,
    clock,
    backend,
    middleware,
    ask: (path, how) => asked(port, path, how),
    runs: () => runCount,
  }
}

function asked(port: number, path: string, { method = 'GET', headers, body }: Ask = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (res) => {
    const chunks: Buffer[] = []
    res.on('data', (chunk: Buffer) => chunks.push(chunk))
    res.on('error', reject)
    res.on('end', () => {
      const bytes = Buffer.concat(chunks)
      resolve({ status: res.statusCode ?? 0, headers: res.headers, body: bytes.toString(), bytes })
    })
  })
  sent.on('error', reject)
  sent.end(body)
  return promise
}

/** Answers with the number of the run, and these fields. */
export function counting(fields: Record<string, string>, status = 200): RequestHandler {
  let count = 0
  return (_req, res) => {
    res.status(status)
    for (const [name, value] of Object.entries(fields)) res.setHeader(name, value)
    res.send(`run ${++count}`)
  }
}
