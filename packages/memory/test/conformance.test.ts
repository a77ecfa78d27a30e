/** The memory backend keeps every clause of docs/contract.md that concerns it. */
import { type ConformanceHarness, conformanceCases, runConformanceCase } from '@stowage/core/testing'
import { memoryBackend } from '@stowage/memory'
import { test } from 'vitest'

for (const policy of ['adaptive', 'lru'] as const) {
  const harness: ConformanceHarness = {
    capabilities: memoryBackend({ maxEntries: 1 }).capabilities,
    limits: { maxEntries: true, maxBytes: true },
    create: ({ maxEntries = 10_000, maxBytes }) => ({
      open: () => memoryBackend({ maxEntries, policy, ...(maxBytes !== undefined && { maxBytes }) }),
      destroy: () => undefined,
    }),
  }

  for (const conformanceCase of conformanceCases) {
    test(`${conformanceCase.clause} ${conformanceCase.name} (${policy})`, async (context) => {
      const skipReason = await runConformanceCase(conformanceCase, harness)
      if (skipReason !== undefined) context.skip(skipReason)
    })
  }
}
