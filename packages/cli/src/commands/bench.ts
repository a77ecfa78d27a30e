/** `stowage bench`: which backend for which size of value, on this very machine. */
import { tmpdir } from 'node:os'
import { byteCount, ConfigError } from '@stowage/core'
import { type Command, InvalidArgumentError } from 'commander'
import { bytesText } from '../amounts.ts'
import { type Bout, fought, medianOf } from '../bench/bout.ts'
import { type Contender, type Contest, openContest } from '../bench/contender.ts'
import { mountOf } from '../doctor/mount.ts'
import { interruptible } from '../interruption.ts'
import { secondsOption } from '../number-options.ts'
import { progressLine } from '../progress-line.ts'
import { withJson } from '../store-options.ts'
import { shown, table, writeJson, writeLine } from '../terminal.ts'

interface BenchOptions {
  readonly sizes?: readonly number[]
  readonly folder?: string
  readonly redis?: string
  readonly seconds: number
  readonly json?: true
}

interface Row extends Bout {
  readonly sizeBytes: number
  readonly backend: Contender['name']
}

const DEFAULT_SIZES = [256, 4_096, 65_536, 1_048_576]
/** All take part in each, so that what disturbs the machine disturbs all. */
const ROUNDS = 3
const WARM_UP_MS = 200
/** As many values as are under way at a time fit into what a contender has room for, so that none is evicted. */
const MAX_SIZE_BYTES = 32_000_000

export function addBench(program: Command): void {
  const command = program
    .command('bench')
    .summary('which backend for which size of value, on this machine')
    .description(
      'Which backend for which size of value, on this machine: how long an awaited get that hits and an awaited set take, one after the other, through the whole cache. Ctrl-C ends it and shows what there is.',
    )
    .option('--sizes <list>', 'sizes of values, up to 32MB (default: 256B,4KiB,64KiB,1MiB)', sizesOption)
    .option('--folder <path>', 'where sqlite and fs keep theirs (default: the folder for temporary files)')
    .option('--redis <url>', 'a server that takes part')
    .option('--seconds <seconds>', 'how long each backend is measured with each size', secondsOption, 1)
  withJson(command, 'as JSON, one line for each size and backend').action(bench)
}

function sizesOption(text: string): readonly number[] {
  try {
    // Twice the same would be two cells in one place of the table.
    return [...new Set(text.split(',').map((size) => sizeOf(size.trim())))]
  } catch {
    throw new InvalidArgumentError('allowed: sizes up to 32MB with commas between, e.g. 500B,64KiB,1MB')
  }
}

/** @throws ConfigError */
function sizeOf(text: string): number {
  const sizeBytes = byteCount('--sizes', /^\d+$/.test(text) ? Number(text) : text)
  if (sizeBytes > MAX_SIZE_BYTES) throw new ConfigError(`--sizes: '${text}' is too large`)
  return sizeBytes
}

/** What has been stored goes however it ends. */
function bench(options: BenchOptions): Promise<void> {
  return interruptible(async (signal) => {
    const { folder = tmpdir(), redis, json } = options
    const contest = await openContest(folder, redis)
    const rows: Row[] = []
    try {
      await contested(contest, options, rows, signal)
    } finally {
      if (!json) await writeLine(benchText(rows, contest.absent, folder))
      await contest.end()
    }
  })
}

/** @param rows are added to as they come, so that there is something to show when it is left early. */
async function contested(
  { contenders }: Contest,
  { sizes = DEFAULT_SIZES, seconds, json }: BenchOptions,
  rows: Row[],
  signal: AbortSignal,
): Promise<void> {
  // Code that has just been loaded is slower than it will be.
  for (const { cache } of contenders) await fought(cache, { text: 'x'.repeat(256) }, WARM_UP_MS, signal)
  for (const sizeBytes of sizes) {
    const found = await compared(contenders, sizeBytes, (1_000 * seconds) / ROUNDS, signal)
    rows.push(...found)
    if (json) for (const row of found) await writeJson(row)
  }
}

async function compared(
  contenders: readonly Contender[],
  sizeBytes: number,
  roundMs: number,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const progress = progressLine()
  const value = { text: 'x'.repeat(sizeBytes) }
  const bouts = new Map<Contender, Bout[]>(contenders.map((each) => [each, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const [{ name, cache }, fights] of bouts) {
      progress.show(() => `${bytesText(sizeBytes)}: ${name}, round ${round + 1} of ${ROUNDS}`)
      fights.push(await fought(cache, value, roundMs, signal))
    }
  }
  progress.clear()
  return Array.from(bouts, ([{ name }, fights]) => ({ sizeBytes, backend: name, ...medianOf(fights) }))
}

function benchText(rows: readonly Row[], absent: readonly string[], folder: string): string {
  const names = [...new Set(rows.map(({ backend }) => backend))]
  const sizes = [...new Set(rows.map(({ sizeBytes }) => sizeBytes))]
  const titles = ['value', ...names.flatMap((name) => [`${name} get`, 'set'])].map((title) => shown('bold', title))
  const lines = sizes.map((sizeBytes) => {
    const ofSize = rows.filter((row) => row.sizeBytes === sizeBytes)
    const kept = ofSize.filter(({ backend }) => backend !== 'memory')
    const best = Math.min(...kept.map(({ getMs }) => getMs))
    const cells = ofSize.flatMap((row) => [
      row.getMs === best && row.backend !== 'memory' ? shown('green', `${paceText(row.getMs)} *`) : paceText(row.getMs),
      paceText(row.setMs),
    ])
    return [bytesText(sizeBytes), ...cells]
  })
  const type = mountOf(folder)?.type
  const notes = [
    '* fastest get of what survives a restart',
    `sqlite and fs in ${folder}${type === undefined ? '' : ` (${type})`}`,
    ...absent,
  ]
  const right = titles.map((_, at) => at)
  return `${table([titles, ...lines], right)}\n\n${notes.map((text) => `  ${shown('dim', text)}`).join('\n')}`
}

function paceText(lengthMs: number): string {
  if (lengthMs < 0.0995) return `${(1_000 * lengthMs).toPrecision(2)} µs`
  return lengthMs < 0.9995 ? `${Math.round(1_000 * lengthMs)} µs` : `${lengthMs.toPrecision(2)} ms`
}
