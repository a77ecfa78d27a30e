/** A hybrid is a backend: memory in front of a far tier of bytes, and three tiers, written through or behind, keep every clause. */
import { type ConformanceHarness, conformanceCases, ReferenceBackend, runConformanceCase } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { describe, test } from 'vitest'

describe.each([
  [1, 'through'],
  [2, 'through'],
  [1, 'behind'],
] as const)('%s near tiers before a far one, written %s', (nearCount, write) => {
  const open = (maxEntries: number | undefined) =>
    hybridBackend({
      write,
      tiers: [
        ...Array.from({ length: nearCount }, (_, at) => memoryBackend({ maxEntries: 3 + 5 * at })),
        new ReferenceBackend({ holds: 'bytes', ...(maxEntries !== undefined && { maxEntries }) }),
      ],
    })
  const harness: ConformanceHarness = {
    capabilities: open(1).capabilities,
    // Written behind, evictions show when the queue is written down.
    limits: { maxEntries: write === 'through', maxBytes: false },
    create: ({ maxEntries }) => ({ open: () => open(maxEntries), destroy: () => undefined }),
  }
  for (const conformanceCase of conformanceCases) {
    test(`${conformanceCase.clause} ${conformanceCase.name}`, async (context) => {
      const skipReason = await runConformanceCase(conformanceCase, harness)
      if (skipReason !== undefined) context.skip(skipReason)
    })
  }
})
