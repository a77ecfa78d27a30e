/** A whole run as JSON: what was measured, on what, how, and every round's figures, for pages and plots. */
import type { Scale, Workload } from '../harness/contract.ts'
import type { WorkloadSummary } from '../harness/summary.ts'
import type { Machine } from './machine.ts'

export interface RunRecord {
  readonly command: string
  readonly startedAt: string
  readonly machine: Machine
  /** By package. */
  readonly versions: Readonly<Record<string, string>>
  readonly scale: Scale
  readonly workloads: readonly WorkloadRecord[]
}

type WorkloadRecord = Pick<Workload, 'name' | 'row' | 'title' | 'measures'> &
  WorkloadSummary & { readonly reference: string | undefined; readonly awaited: Workload['awaited'] }

export function workloadRecord(workload: Workload, summary: WorkloadSummary): WorkloadRecord {
  const { name, row, title, measures, reference, awaited } = workload
  return { name, row, title, measures, reference, awaited, ...summary }
}

/** Packages of all entrants of the workloads. */
export function packagesOf(workloads: readonly Workload[]): string[] {
  return workloads.flatMap(({ entrants }) => entrants.flatMap(({ packages }) => packages))
}
