/** The command behind `bench`: runs the workloads asked for, one after the other, and reports them. */
import { writeFileSync } from 'node:fs'
import { ArgumentError, readArguments, USAGE } from './arguments.ts'
import type { Scale, Workload } from './harness/contract.ts'
import { processSeat } from './harness/process-seat.ts'
import { runSeats } from './harness/schedule.ts'
import { summaryOf, type WorkloadSummary } from './harness/summary.ts'
import { versionsOf } from './material/installed.ts'
import { machine } from './report/machine.ts'
import { type Progress, progressOn } from './report/progress.ts'
import { packagesOf, type RunRecord, workloadRecord } from './report/record.ts'
import { headText, targetsText, workloadText } from './report/terminal.ts'
import { strangenessOf, withAgain } from './results/again.ts'
import { readRun } from './results/run-file.ts'
import { workloads as allWorkloads, quickWorkloads } from './workloads/all.ts'

async function main(): Promise<void> {
  const given = process.argv.slice(2)
  const { scale, workloads, jsonPath, againPath } = readArguments(given, { workloads: allWorkloads, quickWorkloads })
  const head = {
    command: ['pnpm bench', ...given].join(' '),
    startedAt: new Date().toISOString(),
    machine: machine(),
    versions: versionsOf(packagesOf(workloads)),
    scale,
  }
  const before = againPath === undefined ? undefined : readRun(againPath)
  const strangeness = before && strangenessOf(head, before)
  if (strangeness !== undefined)
    throw new ArgumentError(`--again ${againPath}: ${strangeness}; measure all of it with --json`)
  console.log(headText(head))
  const records: RunRecord['workloads'][number][] = []
  for (const [at, workload] of workloads.entries()) {
    const progress = progressOn(process.stderr, `[${at + 1} of ${workloads.length}] ${workload.name}`)
    const summary = await run(workload, scale, progress)
    progress.done()
    records.push(workloadRecord(workload, summary))
    console.log(`\n${workloadText(workload, summary)}`)
  }
  console.log(`\n${targetsText(records)}`)
  const path = jsonPath ?? againPath
  const measured = before === undefined ? { ...head, workloads: records } : withAgain(before, head, records)
  if (path !== undefined) writeFileSync(path, `${JSON.stringify(measured, null, 2)}\n`)
}

async function run(workload: Workload, scale: Scale, progress: Progress): Promise<WorkloadSummary> {
  const main = new URL('seat-main.ts', import.meta.url)
  const seats = workload.entrants.map(({ name }) =>
    processSeat(main, { workload: workload.name, entrant: name, scale }),
  )
  return summaryOf(workload, await runSeats(seats, workload.rounds?.(scale) ?? scale, (step) => progress.step(step)))
}

function fail(error: unknown): void {
  console.error(error instanceof ArgumentError ? `${error.message}\n\n${USAGE}` : error)
  process.exitCode = 1
}

main().catch(fail)
