/**
 * What a case of the conformance kit is, and how one is run. No test runner inside:
 *
 *   for (const conformanceCase of conformanceCases) {
 *     test(`${conformanceCase.clause} ${conformanceCase.name}`, async (context) => {
 *       const skipReason = await runConformanceCase(conformanceCase, harness)
 *       if (skipReason !== undefined) context.skip(skipReason)
 *     })
 *   }
 */
import { CaseWorld } from './case-world.ts'
import type { CaseNeed, ConformanceHarness } from './harness.ts'

export interface ConformanceCase {
  /** The clause of docs/contract.md it shows, e.g. `'B4'`. */
  readonly clause: string
  readonly name: string
  readonly needs: readonly CaseNeed[]
  run(world: CaseWorld): Promise<void>
}

/** Runs one case on a store of its own. @returns why it was skipped, or undefined when it ran. @throws AssertionError */
export async function runConformanceCase(
  conformanceCase: ConformanceCase,
  harness: ConformanceHarness,
): Promise<string | undefined> {
  const lacking = conformanceCase.needs.find((need) => !meets(harness, need))
  if (lacking !== undefined) return `this backend is not declared '${lacking}'`
  const world = new CaseWorld(harness)
  try {
    await conformanceCase.run(world)
  } finally {
    await world.destroy()
  }
  return undefined
}

function meets({ capabilities, limits }: ConformanceHarness, need: CaseNeed): boolean {
  switch (need) {
    case 'persistent':
      return capabilities.persistent
    case 'shared':
      return capabilities.shared
    case 'bytes':
    case 'values':
      return capabilities.holds === need
    case 'maxEntries':
    case 'maxBytes':
      return limits[need]
  }
}
