/** The backends that have spaces, each ready to be opened several times on the same store. */

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Backend } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { redisBackend } from '@stowage/redis'
import { sqliteBackend } from '@stowage/sqlite'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { describe } from 'vitest'

export interface TestStore extends AsyncDisposable {
  open(): Backend
}

export interface BackendKind {
  readonly name: string
  /** Several that are open at once see the same. */
  readonly isShared: boolean
  create(): Promise<TestStore>
}

/** Runs the same tests on each kind; where the run has no Redis, its tests are skipped and say so. */
export function describeBackends(body: (kind: BackendKind) => void): void {
  for (const kind of BACKENDS) describe(kind.name, () => body(kind))
  describeWithRedis('redis', (url) => body(redisKind(url)))
}

function redisKind(url: string): BackendKind {
  return {
    name: 'redis',
    isShared: true,
    async create() {
      const prefix = `test:${randomUUID()}:`
      const open = () => redisBackend({ url, prefix, timeout: 10_000 })
      return storeOf(open, async () => {
        const client = new Redis(url)
        const names = await client.keys(`${prefix}*`)
        if (names.length > 0) await client.unlink(names)
        client.disconnect()
      })
    },
  }
}

const BACKENDS: readonly BackendKind[] = [
  {
    name: 'memory',
    isShared: false,
    async create() {
      const backend = memoryBackend({ maxEntries: 10 })
      return { open: () => backend, [Symbol.asyncDispose]: async () => backend.close() }
    },
  },
  {
    name: 'sqlite',
    isShared: true,
    async create() {
      const folder = await mkdtemp(join(tmpdir(), 'stowage-structures-'))
      const open = () => sqliteBackend({ path: join(folder, 'app.db') })
      return storeOf(open, () => rm(folder, { recursive: true, force: true }))
    },
  },
]

/** Closes whatever was opened, and then takes the store away. */
function storeOf(open: () => Backend, destroy: () => Promise<void>): TestStore {
  const opened: Backend[] = []
  return {
    open() {
      const backend = open()
      opened.push(backend)
      return backend
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map(async (backend) => backend.close()))
      await destroy()
    },
  }
}
