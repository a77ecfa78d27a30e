/** The reference backend, in both of its forms, keeps every clause: the kit's cases are possible. */
import { type ConformanceHarness, conformanceCases, ReferenceBackend, runConformanceCase } from '@stowage/core/testing'
import { describe, test } from 'vitest'

describe.each(['values', 'bytes'] as const)('reference backend holding %s', (holds) => {
  const harness: ConformanceHarness = {
    capabilities: new ReferenceBackend({ holds }).capabilities,
    limits: { maxEntries: true, maxBytes: false },
    create: ({ maxEntries }) => ({
      open: () => new ReferenceBackend({ holds, ...(maxEntries !== undefined && { maxEntries }) }),
      destroy: () => undefined,
    }),
  }
  for (const conformanceCase of conformanceCases) {
    test(`${conformanceCase.clause} ${conformanceCase.name}`, async (context) => {
      const skipReason = await runConformanceCase(conformanceCase, harness)
      if (skipReason !== undefined) context.skip(skipReason)
    })
  }
})
