/** The kit itself: each deliberately broken backend goes red at the clause it breaks, and a sound one does not. */
import {
  type ConformanceCase,
  type ConformanceHarness,
  conformanceCases,
  ReferenceBackend,
  runConformanceCase,
} from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { AttachableReference, brokenAttaching } from './broken/attaching.ts'
import { brokenBounding } from './broken/bounding.ts'
import { brokenConfirming } from './broken/confirming.ts'
import { brokenGathering } from './broken/gathering.ts'
import { brokenLeasing, IgnoresLeases, LeasesOutliveDelete } from './broken/leasing.ts'
import { brokenRemoving, DropsTags } from './broken/removing.ts'
import { brokenStoring } from './broken/storing.ts'
import { brokenStoringMany } from './broken/storing-many.ts'

const ROWS = [
  ...brokenStoring,
  ...brokenRemoving,
  ...brokenLeasing,
  ...brokenBounding,
  ...brokenAttaching,
  ...brokenConfirming,
  ...brokenGathering,
  ...brokenStoringMany,
]

function harnessOf(Tested: typeof ReferenceBackend, holds: 'values' | 'bytes' = 'values'): ConformanceHarness {
  return {
    capabilities: new Tested({ holds }).capabilities,
    limits: { maxEntries: true, maxBytes: false },
    create({ maxEntries }) {
      const store = new Tested({ holds, ...(maxEntries !== undefined && { maxEntries }) })
      const open = () => (store instanceof AttachableReference ? store.attach() : store)
      return { open, destroy: () => undefined }
    },
  }
}

function casesOf(clause: string): readonly ConformanceCase[] {
  return conformanceCases.filter((conformanceCase) => conformanceCase.clause === clause)
}

/** Names of the cases of the clause that fail. */
async function failures(clause: string, harness: ConformanceHarness): Promise<string[]> {
  const failed: string[] = []
  for (const conformanceCase of casesOf(clause)) {
    await runConformanceCase(conformanceCase, harness).catch(() => failed.push(conformanceCase.name))
  }
  return failed
}

test.each(ROWS)('$name is caught at $clause', async ({ clause, Broken, holds }) => {
  const Intact = Broken.prototype instanceof AttachableReference ? AttachableReference : ReferenceBackend
  expect(await failures(clause, harnessOf(Intact, holds))).toEqual([])
  expect(await failures(clause, harnessOf(Broken, holds))).not.toEqual([])
})

test('every clause has a broken backend', () => {
  const clauses = new Set(conformanceCases.map(({ clause }) => clause))
  for (const { clause } of ROWS) clauses.delete(clause)
  expect([...clauses]).toEqual(['B26'])
})

test('the random histories alone catch a broken fence and a lost tag', async () => {
  for (const Broken of [IgnoresLeases, DropsTags, LeasesOutliveDelete]) {
    expect(await failures('B26', harnessOf(Broken))).toEqual(casesOf('B26').map(({ name }) => name))
  }
})
