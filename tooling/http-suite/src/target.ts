/** The app under test: the cache, and behind it a relay to the suite's origin. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Backend, type Cache, createCache } from '@stowage/core'
import { type HttpCacheOptions, httpCache } from '@stowage/express'
import { fsBackend } from '@stowage/fs'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { redisBackend } from '@stowage/redis'
import { sqliteBackend } from '@stowage/sqlite'
import express from 'express'
import { listen } from './origin.ts'
import { isPeer, openPeer, type PeerName } from './peers.ts'
import { type RelayMode, relay } from './relay.ts'

export const BACKENDS = ['memory', 'sqlite', 'fs', 'redis', 'hybrid'] as const
type BackendName = (typeof BACKENDS)[number]

export interface TargetSetup {
  /** What Stowage stands on, or whose middleware it is instead. */
  readonly backend: BackendName | PeerName
  readonly mode: RelayMode
  readonly originUrl: string
  readonly options?: Partial<HttpCacheOptions>
}

export interface Target {
  readonly server: Server
  /** Of a peer none is seen. */
  readonly cache: Cache | undefined
  readonly close: () => Promise<void>
}

export async function startTarget({ backend, mode, originUrl, options }: TargetSetup): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-http-suite-'))
  const { middleware, cache } = isPeer(backend)
    ? { middleware: await openPeer(backend), cache: undefined }
    : openOwn(makeBackend(backend, folder), options)
  // Connected and warm, as the suite tells time by seconds.
  await cache?.set('first', 'entry')
  const app = express()
  app.disable('etag')
  app.disable('x-powered-by')
  app.use(middleware)
  app.use((req, res) => relay(req, res, originUrl, mode))
  const server = createServer(app)
  await listen(server)
  return {
    server,
    cache,
    async close() {
      server.closeAllConnections()
      server.close()
      await cache?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function openOwn(backend: Backend, options: TargetSetup['options']) {
  const cache = createCache({ backend, ttl: '1m' })
  return { middleware: httpCache({ cache, ...options }), cache }
}

function makeBackend(name: BackendName, folder: string): Backend {
  if (name === 'memory') return memoryBackend({ maxEntries: 10_000 })
  if (name === 'sqlite') return sqliteBackend({ path: join(folder, 'cache.db'), maxBytes: '100MB' })
  if (name === 'fs') return fsBackend({ directory: join(folder, 'cache'), maxBytes: '100MB' })
  if (name === 'redis') {
    // Runs side by side share the server.
    return redisBackend({
      url: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
      prefix: `suite-${process.pid}:`,
      timeout: '2s',
    })
  }
  return hybridBackend({ tiers: [memoryBackend({ maxEntries: 1_000 }), makeBackend('sqlite', folder)] })
}
