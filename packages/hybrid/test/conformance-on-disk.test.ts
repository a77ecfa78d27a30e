/** The same kit on three tiers with real stores: memory before files before sqlite. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConformanceHarness, conformanceCases, runConformanceCase } from '@stowage/core/testing'
import { fsBackend } from '@stowage/fs'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { sqliteBackend } from '@stowage/sqlite'
import { test } from 'vitest'

const HARNESS: ConformanceHarness = {
  capabilities: { holds: 'mixed', persistent: true, shared: false },
  limits: { maxEntries: true, maxBytes: false },
  create({ maxEntries }) {
    const folder = mkdtempSync(join(tmpdir(), 'stowage-tiers-'))
    const limit = maxEntries === undefined ? {} : { maxEntries }
    return {
      open() {
        const tiers = [
          memoryBackend({ maxEntries: 5 }),
          fsBackend({ directory: join(folder, 'middle') }),
          sqliteBackend({ path: join(folder, 'far.db'), ...limit }),
        ]
        // Disks are as slow as the machine is busy.
        return hybridBackend({ tiers, tierOptions: tiers.map(() => ({ timeout: '20s' })) })
      },
      destroy: () => rmSync(folder, { recursive: true, force: true }),
    }
  },
}

for (const conformanceCase of conformanceCases) {
  test(`${conformanceCase.clause} ${conformanceCase.name}`, { timeout: 60_000 }, async (context) => {
    const skipReason = await runConformanceCase(conformanceCase, HARNESS)
    if (skipReason !== undefined) context.skip(skipReason)
  })
}
