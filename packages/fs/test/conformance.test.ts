/** The files backend keeps every clause of docs/contract.md that concerns it, however its files are written. */
import { type ConformanceHarness, conformanceCases, runConformanceCase } from '@stowage/core/testing'
import { describe, test } from 'vitest'
import { openBackend } from '../src/fs-backend.ts'
import { planFs } from '../src/options.ts'
import { tempFolder } from './temp-folder.ts'

interface Variant {
  readonly eviction: 'lru' | 'fifo'
  readonly durability: 'relaxed' | 'strict'
  readonly files: 'small' | 'large'
}

const harness = ({ eviction, durability, files }: Variant): ConformanceHarness => ({
  capabilities: { holds: 'bytes', persistent: true, shared: true },
  limits: { maxEntries: true, maxBytes: true },
  create({ maxEntries, maxBytes }) {
    const folder = tempFolder()
    const limits = { ...(maxEntries !== undefined && { maxEntries }), ...(maxBytes !== undefined && { maxBytes }) }
    const plan = planFs({ directory: folder.file('cache'), eviction, durability, ...limits })
    const largeBytes = files === 'large' ? 0 : plan.largeBytes
    return { open: () => openBackend({ ...plan, largeBytes }), destroy: () => folder.remove() }
  },
})

/** What a policy can make a difference to. */
const boundedCases = conformanceCases.filter(({ needs }) => needs.includes('maxEntries') || needs.includes('maxBytes'))

describe.each([
  [{ eviction: 'lru', durability: 'relaxed', files: 'small' }, conformanceCases],
  [{ eviction: 'lru', durability: 'relaxed', files: 'large' }, conformanceCases],
  [{ eviction: 'lru', durability: 'strict', files: 'large' }, boundedCases],
  [{ eviction: 'fifo', durability: 'relaxed', files: 'small' }, boundedCases],
] as const)('%o', (variant, cases) => {
  for (const conformanceCase of cases) {
    test(`${conformanceCase.clause} ${conformanceCase.name}`, { timeout: 60_000 }, async (context) => {
      const skipReason = await runConformanceCase(conformanceCase, harness(variant))
      if (skipReason !== undefined) context.skip(skipReason)
    })
  }
})
