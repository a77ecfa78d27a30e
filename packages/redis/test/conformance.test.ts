/** The redis backend keeps every clause of docs/contract.md that concerns it, on a real server. */
import { randomUUID } from 'node:crypto'
import { type ConformanceHarness, conformanceCases, runConformanceCase } from '@stowage/core/testing'
import { describeWithRedis } from '@stowage/test-servers'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, test } from 'vitest'
import { planRedis } from '../src/options.ts'
import { openBackend } from '../src/redis-backend.ts'

/** The kit moves a time of its own: the server is not to remove what expires by it before the sweep that is tested. */
const LONG_GRACE_MS = 600_000

describeWithRedis('single server', (url) => {
  let client: Redis
  beforeAll(() => {
    client = new Redis(url)
  })
  afterAll(() => client.disconnect())

  const harness: ConformanceHarness = {
    capabilities: { holds: 'bytes', persistent: true, shared: true },
    limits: { maxEntries: false, maxBytes: false },
    create() {
      const options = { url, prefix: `test:${randomUUID()}:`, timeout: 10_000 } as const
      return {
        open: () => openBackend(options, { ...planRedis(options), expiryGraceMs: LONG_GRACE_MS }),
        async destroy() {
          const names = await client.keys(`${options.prefix}*`)
          if (names.length > 0) await client.unlink(names)
        },
      }
    },
  }

  for (const conformanceCase of conformanceCases) {
    test(`${conformanceCase.clause} ${conformanceCase.name}`, { timeout: 60_000 }, async (context) => {
      const skipReason = await runConformanceCase(conformanceCase, harness)
      if (skipReason !== undefined) context.skip(skipReason)
    })
  }
})
