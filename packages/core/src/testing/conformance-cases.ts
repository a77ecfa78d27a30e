/** All cases of the conformance kit, in the order of docs/contract.md. */
import { attachingCases } from './cases/attaching.ts'
import { boundingCases } from './cases/bounding.ts'
import { checkingCases } from './cases/checking.ts'
import { leasingCases } from './cases/leasing.ts'
import { modellingCases } from './cases/modelling.ts'
import { removingCases } from './cases/removing.ts'
import { storingCases } from './cases/storing.ts'
import { tieringCases } from './cases/tiering.ts'
import type { ConformanceCase } from './conformance-case.ts'

export const conformanceCases: readonly ConformanceCase[] = [
  ...storingCases,
  ...removingCases,
  ...leasingCases,
  ...boundingCases,
  ...checkingCases,
  ...attachingCases,
  ...tieringCases,
  ...modellingCases,
]
