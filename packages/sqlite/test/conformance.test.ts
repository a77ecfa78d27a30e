/** The sqlite backend keeps every clause of docs/contract.md that concerns it, wherever values are: in rows or in files. */
import { type ConformanceHarness, conformanceCases, runConformanceCase } from '@stowage/core/testing'
import { describe, test } from 'vitest'
import { planSqlite } from '../src/options.ts'
import { openBackend } from '../src/sqlite-backend.ts'
import { tempFolder } from './temp-folder.ts'

interface Variant {
  readonly eviction: 'lru' | 'lfu' | 'fifo'
  readonly shards: number
  readonly values: 'in rows' | 'in files'
}

const harness = ({ eviction, shards, values }: Variant): ConformanceHarness => ({
  capabilities: { holds: 'bytes', persistent: true, shared: true },
  limits: { maxEntries: true, maxBytes: true },
  create({ maxEntries, maxBytes }) {
    const folder = tempFolder()
    const limits = { ...(maxEntries !== undefined && { maxEntries }), ...(maxBytes !== undefined && { maxBytes }) }
    // Each shard has room for one entry at least.
    const plan = planSqlite({
      path: folder.file('cache.db'),
      eviction,
      shards: Math.min(shards, maxEntries ?? shards),
      ...limits,
    })
    return {
      open: () => openBackend(values === 'in files' ? { ...plan, valueFileBytes: 0 } : plan),
      destroy: () => folder.remove(),
    }
  },
})

/** What a policy can make a difference to. */
const boundedCases = conformanceCases.filter(({ needs }) => needs.includes('maxEntries') || needs.includes('maxBytes'))

describe.each([
  [{ eviction: 'lru', shards: 1, values: 'in rows' }, conformanceCases],
  [{ eviction: 'lru', shards: 1, values: 'in files' }, conformanceCases],
  [{ eviction: 'lru', shards: 4, values: 'in rows' }, conformanceCases],
  [{ eviction: 'lfu', shards: 1, values: 'in rows' }, boundedCases],
  [{ eviction: 'fifo', shards: 1, values: 'in rows' }, boundedCases],
] as const)('%o', (variant, cases) => {
  for (const conformanceCase of cases) {
    test(`${conformanceCase.clause} ${conformanceCase.name}`, { timeout: 60_000 }, async (context) => {
      const skipReason = await runConformanceCase(conformanceCase, harness(variant))
      if (skipReason !== undefined) context.skip(skipReason)
    })
  }
})
