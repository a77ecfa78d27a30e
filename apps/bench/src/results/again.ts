/**
 * Workloads measured anew, put into the run that was committed. Within a workload all contenders take turns, and between workloads
 * nothing is compared, so that one may be of a later hour; never of another machine or of other versions.
 */
import type { RunRecord } from '../report/record.ts'
import { type Run, runOf } from './run-file.ts'

type Head = Pick<RunRecord, 'startedAt' | 'machine' | 'versions'>

/** What keeps workloads measured now out of this run; undefined where nothing does. */
export function strangenessOf({ machine, versions }: Head, run: Run): string | undefined {
  for (const trait of ['cpu', 'coreCount', 'system', 'node'] as const) {
    if (machine[trait] !== run.machine[trait]) return `${trait} is ${machine[trait]} here and was ${run.machine[trait]}`
  }
  const other = Object.entries(versions).find(([name, version]) => (run.versions[name] ?? version) !== version)
  return other === undefined ? undefined : `${other[0]} is ${other[1]} here and was ${run.versions[other[0]]}`
}

/** The run with these workloads in the place of what they had there, or at its end. */
export function withAgain(run: Run, { startedAt, machine, versions }: Head, records: RunRecord['workloads']): Run {
  const again = { startedAt, loadAverage: machine.loadAverage }
  const anew = new Map(records.map((record) => [record.name, { ...record, again }]))
  const kept = run.workloads.map((workload) => anew.get(workload.name) ?? workload)
  const added = [...anew.values()].filter(({ name }) => !run.workloads.some((workload) => workload.name === name))
  return runOf({ ...run, versions: { ...run.versions, ...versions }, workloads: [...kept, ...added] })
}
