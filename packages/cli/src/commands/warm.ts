/** `stowage warm`: a kind of cache is filled ahead of need, by tasks that the service's own code names. */
import { existsSync } from 'node:fs'
import { createCaches, kindStore, loadSettings } from '@stowage/config'
import {
  type Cache,
  createWarmer,
  durationMs,
  messageOf,
  type WarmProgress,
  type WarmReport,
  type WarmTaskSource,
  withoutPassword,
} from '@stowage/core'
import { type Command, Option } from 'commander'
import { countText, spanText } from '../amounts.ts'
import { EXIT_CODES, type Exit } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { interruptible } from '../interruption.ts'
import { untilNothingComes } from '../nothing-comes.ts'
import { countOption, withUnit } from '../number-options.ts'
import { progressLine } from '../progress-line.ts'
import { withJson } from '../store-options.ts'
import { harmless, jsonText, shown, writeReport } from '../terminal.ts'
import { tasksIn } from '../warm-tasks.ts'

interface WarmOptions {
  readonly kind: string
  readonly concurrency: number
  readonly timeLimit?: string
  readonly refresh: 'missing' | 'all'
  readonly json?: true
}

/** Failures that are told one by one. */
const TOLD_COUNT = 10

export function addWarm(program: Command, exit: Exit): void {
  const command = program
    .command('warm')
    .summary('fill a cache ahead of need')
    .argument('<config>', 'config file')
    .argument(
      '<tasks>',
      'module whose default export is what to warm, as createWarmer takes it: { key, loader } and so on',
    )
    .description(
      'Fill a kind of cache ahead of need, before a deployment say. What is there and fresh is left. With progress and time left; Ctrl-C ends it, and what is loaded stays. Exit code 1: tasks failed, or it did not come to the end.',
    )
    .requiredOption('--kind <name>', 'which kind of cache of the config file')
    .option('--concurrency <count>', 'tasks that load at a time', countOption, 4)
    .option('--time-limit <time>', 'end after so long: 30s, 15m')
    .addOption(
      new Option('--refresh <what>', 'load what is missing or stale only, or all')
        .choices(['missing', 'all'])
        .default('missing'),
    )
  withJson(command, 'the report as JSON').action(async (file: string, tasks: string, options: WarmOptions) => {
    const source = await tasksIn(tasks)
    const report = await warmed(file, source, options)
    if (report.outcome === 'cancelled') exit(EXIT_CODES.interrupted)
    else if (report.outcome !== 'completed' || report.failedCount > 0) exit(EXIT_CODES.no)
    const error = report.error === undefined ? undefined : messageOf(report.error)
    await writeReport(options.json, { ...report, failed: told(report), error }, textOf(report))
  })
}

async function warmed(file: string, source: WarmTaskSource, options: WarmOptions): Promise<WarmReport> {
  const settings = existsSync(file) ? await untilNothingComes(file, loadSettings(file)) : undefined
  if (settings === undefined)
    throw new Failure(EXIT_CODES.noStore, `there is no config file '${withoutPassword(file)}'`)
  const { kind } = options
  const { store } = await kindStore(settings, kind)
  if (store.backend === 'memory') {
    throw new Failure(
      EXIT_CODES.usage,
      `--kind ${kind}: is kept in the memory of the service, where only the service itself can warm it`,
    )
  }
  const own = settings.kinds[kind] ?? {}
  const caches = await createCaches({ ...settings, kinds: { [kind]: own } })
  try {
    const cache = caches[kind]
    if (cache === undefined) throw new RangeError(`kind '${kind}' was not opened`)
    return await run(cache, source, options)
  } finally {
    await caches.close()
  }
}

async function run(cache: Cache, tasks: WarmTaskSource, options: WarmOptions): Promise<WarmReport> {
  const { concurrency, refresh, timeLimit } = options
  const limit =
    timeLimit === undefined ? {} : { timeLimit: durationMs('--time-limit', withUnit('--time-limit', timeLimit)) }
  const warmer = createWarmer(cache, { tasks, concurrency, refresh, ...limit })
  const progress = progressLine()
  warmer.on('progress', (step) => progress.show(() => progressText(step)))
  try {
    return await interruptible((signal) => warmer.run({ signal }))
  } finally {
    progress.clear()
    await warmer.close()
  }
}

function progressText({ done, total, failed, current, estimatedLeftMs }: WarmProgress): string {
  const of = total === undefined ? '' : ` of ${countText(total)}`
  const failures = failed === 0 ? '' : `, ${countText(failed)} failed`
  const left = estimatedLeftMs === undefined ? '' : `, ${spanText(Math.max(1_000, estimatedLeftMs))} left`
  const now = current[0] === undefined ? '' : `: ${harmless(current[0])}`
  return `${countText(done)}${of}${failures}${left}${now}`
}

function told({ failed }: WarmReport): readonly { name: string; message: string }[] {
  return failed.map(({ name, error }) => ({ name, message: messageOf(error) }))
}

function textOf(report: WarmReport): string {
  const { outcome, warmed: loaded, alreadyThere, unstored, failedCount, left, elapsedMs } = report
  const parts = [
    `${countText(loaded)} warmed`,
    `${countText(alreadyThere)} there already`,
    ...(unstored > 0 ? [`${countText(unstored)} not stored`] : []),
    ...(failedCount > 0 ? [shown('red', `${countText(failedCount)} failed`)] : []),
    ...(left > 0 ? [shown('yellow', `${countText(left)} left`)] : []),
  ]
  const failures = told(report)
    .slice(0, TOLD_COUNT)
    .map(({ name, message }) => `\n  ${harmless(name)}: ${harmless(message)}`)
  const why = report.error === undefined ? '' : `: ${jsonText(messageOf(report.error))}`
  const ended = outcome === 'completed' ? '' : `${outcome}${why}; `
  return `${ended}${parts.join(', ')} in ${spanText(elapsedMs)}${failures.join('')}`
}
