/** The whole kit on one kind of server. */
import { randomUUID } from 'node:crypto'
import { type ConformanceHarness, conformanceCases, runConformanceCase } from '@stowage/core/testing'
import { test } from 'vitest'
import { planRedis, type RedisOptions } from '../src/options.ts'
import { openBackend } from '../src/redis-backend.ts'

/** The kit moves a time of its own: the server is not to remove what expires by it before the sweep that is tested. */
const LONG_GRACE_MS = 600_000

type Source =
  | Omit<Extract<RedisOptions, { url: string }>, 'prefix'>
  | Omit<Extract<RedisOptions, { connection: object }>, 'prefix'>
  | Omit<Extract<RedisOptions, { cluster: object }>, 'prefix'>

export function testConformance(sourceOf: () => Source, destroy: (prefix: string) => Promise<void>): void {
  const harness: ConformanceHarness = {
    capabilities: { holds: 'bytes', persistent: true, shared: true },
    limits: { maxEntries: false, maxBytes: false },
    create() {
      const options = { ...sourceOf(), prefix: `test:${randomUUID()}:`, timeout: 10_000 }
      return {
        open: () => openBackend(options, { ...planRedis(options), expiryGraceMs: LONG_GRACE_MS }),
        destroy: () => destroy(options.prefix),
      }
    },
  }
  for (const conformanceCase of conformanceCases) {
    test(`${conformanceCase.clause} ${conformanceCase.name}`, { timeout: 60_000 }, async (context) => {
      const skipReason = await runConformanceCase(conformanceCase, harness)
      if (skipReason !== undefined) context.skip(skipReason)
    })
  }
}
