/** The sqlite backend keeps every clause of docs/contract.md that concerns it. */
import { type ConformanceHarness, conformanceCases, runConformanceCase } from '@stowage/core/testing'
import { sqliteBackend } from '@stowage/sqlite'
import { describe, test } from 'vitest'
import { tempFolder } from './temp-folder.ts'

const harness = (eviction: 'lru' | 'lfu' | 'fifo', shards = 1): ConformanceHarness => ({
  capabilities: { holds: 'bytes', persistent: true, shared: true },
  limits: { maxEntries: true, maxBytes: true },
  create({ maxEntries, maxBytes }) {
    const folder = tempFolder()
    const limits = { ...(maxEntries !== undefined && { maxEntries }), ...(maxBytes !== undefined && { maxBytes }) }
    return {
      // Each shard has room for one entry at least.
      open: () =>
        sqliteBackend({
          path: folder.file('cache.db'),
          eviction,
          shards: Math.min(shards, maxEntries ?? shards),
          ...limits,
        }),
      destroy: () => folder.remove(),
    }
  },
})

/** What a policy can make a difference to. */
const boundedCases = conformanceCases.filter(({ needs }) => needs.includes('maxEntries') || needs.includes('maxBytes'))

describe.each([
  ['lru', 1, conformanceCases],
  ['lru', 4, conformanceCases],
  ['lfu', 1, boundedCases],
  ['fifo', 1, boundedCases],
] as const)('eviction %s, shards %i', (eviction, shards, cases) => {
  for (const conformanceCase of cases) {
    test(`${conformanceCase.clause} ${conformanceCase.name}`, async (context) => {
      const skipReason = await runConformanceCase(conformanceCase, harness(eviction, shards))
      if (skipReason !== undefined) context.skip(skipReason)
    })
  }
})
