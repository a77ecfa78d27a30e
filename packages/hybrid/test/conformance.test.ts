/** A hybrid is a backend: memory in front of a far tier of bytes, and three tiers, keep every clause. */
import { type ConformanceHarness, conformanceCases, ReferenceBackend, runConformanceCase } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { describe, test } from 'vitest'

describe.each([1, 2])('%s near tiers before a far one', (nearCount) => {
  const open = (maxEntries: number | undefined) =>
    hybridBackend({
      tiers: [
        ...Array.from({ length: nearCount }, (_, at) => memoryBackend({ maxEntries: 3 + 5 * at })),
        new ReferenceBackend({ holds: 'bytes', ...(maxEntries !== undefined && { maxEntries }) }),
      ],
    })
  const harness: ConformanceHarness = {
    capabilities: open(1).capabilities,
    limits: { maxEntries: true, maxBytes: false },
    create: ({ maxEntries }) => ({ open: () => open(maxEntries), destroy: () => undefined }),
  }
  for (const conformanceCase of conformanceCases) {
    test(`${conformanceCase.clause} ${conformanceCase.name}`, async (context) => {
      const skipReason = await runConformanceCase(conformanceCase, harness)
      if (skipReason !== undefined) context.skip(skipReason)
    })
  }
})
