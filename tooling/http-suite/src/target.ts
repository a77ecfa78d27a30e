/** The app under test: the cache, and behind it a relay to the suite's origin. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Backend, createCache } from '@stowage/core'
import { type HttpCache, type HttpCacheOptions, httpCache } from '@stowage/express'
import { memoryBackend } from '@stowage/memory'
import { sqliteBackend } from '@stowage/sqlite'
import express from 'express'
import { listen } from './origin.ts'
import { type RelayMode, relay } from './relay.ts'

export const BACKENDS = ['memory', 'sqlite'] as const
type BackendName = (typeof BACKENDS)[number]

export interface TargetSetup {
  readonly backend: BackendName
  readonly mode: RelayMode
  readonly originUrl: string
  readonly options?: Partial<HttpCacheOptions>
}

export interface Target {
  readonly server: Server
  readonly middleware: HttpCache
  readonly close: () => Promise<void>
}

export async function startTarget({ backend, mode, originUrl, options }: TargetSetup): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-http-suite-'))
  const cache = createCache({ backend: makeBackend(backend, folder), ttl: '1m' })
  const middleware = httpCache({ cache, ...options })
  const app = express()
  app.disable('etag')
  app.disable('x-powered-by')
  app.use(middleware)
  app.use((req, res) => relay(req, res, originUrl, mode))
  const server = createServer(app)
  await listen(server)
  return {
    server,
    middleware,
    async close() {
      server.closeAllConnections()
      server.close()
      await cache.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function makeBackend(name: BackendName, folder: string): Backend {
  return name === 'memory'
    ? memoryBackend({ maxEntries: 10_000 })
    : sqliteBackend({ path: join(folder, 'cache.db'), maxBytes: '100MB' })
}
