/** `stowage import`: the entries of an export into a store, beside the services on it. */
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { countText, entriesText, shareText } from '../amounts.ts'
import { EXIT_CODES, type Exit } from '../exit-codes.ts'
import { progressLine } from '../progress-line.ts'
import { type BeginOptions, withJson, withStore } from '../store-options.ts'
import { writeReport } from '../terminal.ts'
import { TimeLeft } from '../time-left.ts'
import { ahead } from '../transfer/ahead.ts'
import { type Checkpoint, CheckpointWriter, readCheckpoint } from '../transfer/checkpoint.ts'
import { type MovedEntry, readLine } from '../transfer/entry-line.ts'
import { type ImportSource, importSource } from '../transfer/import-source.ts'
import type { ReadLine } from '../transfer/line-reader.ts'
import { type Placed, place } from '../transfer/placing.ts'
import { type Visit, visit } from '../visit.ts'

interface ImportOptions extends BeginOptions {
  readonly checkpoint?: string
}

type Report = Record<Placed | 'damaged', number> & { isWhole: boolean }

/** What one line came to. */
interface Step {
  readonly what: Placed | 'damaged' | 'begin' | 'end'
  readonly endsAt: number
}

const BEGIN_ONE = '; --create sqlite or --create fs begins one'

export function addImport(program: Command, exit: Exit): void {
  const command = program.command('import').summary('store what an export has written')
  withStore(command)
    .argument('[file]', 'of an export; stdin if it is - or not given')
    .description(
      'Store what an export has written, into whatever store. What is there already or newer is left, what came in between too. Stopped and begun again it goes on. What was deleted or invalidated since the export comes back.',
    )
    .addOption(new Option('--create <backend>', 'begin the store if there is none').choices(['sqlite', 'fs']))
    .option('--checkpoint <file>', 'note how far it is, so as to go on there at once')
  withJson(command, 'the report as JSON').action(
    async (store: string, given: string | undefined, options: ImportOptions) => {
      const file = given === '-' ? undefined : given
      if (file === undefined && options.checkpoint !== undefined) {
        command.error('error: --checkpoint means nothing for stdin; allowed: with a file')
      }
      const source = await importSource(file)
      await visit(store, { ...options, whenMissing: BEGIN_ONE }, (visited) => importAll(visited, source, options, exit))
    },
  )
}

async function importAll(visited: Visit, source: ImportSource, options: ImportOptions, exit: Exit): Promise<void> {
  const identity = { exportedAtMs: source.exportedAtMs, store: storeName(visited) }
  const checkpoint: Checkpoint | undefined =
    options.checkpoint === undefined ? undefined : { path: options.checkpoint, identity }
  const from = checkpoint === undefined ? 0 : readCheckpoint(checkpoint)
  const writer = new CheckpointWriter(checkpoint)
  // One that cannot be written is told before anything is stored.
  await writer.noteNow(from)
  const report = await imported(visited, source, from, writer)
  if (report.isWhole) await writer.remove()
  if (!report.isWhole || report.damaged > 0 || report.refused > 0) exit(EXIT_CODES.no)
  await writeReport(options.json, { ...report, fromBytes: from }, textOf(report))
}

/** The same store, whatever folder the command is called in. */
function storeName({ target: { store, label } }: Visit): string {
  if (store.backend === 'sqlite') return resolve(store.options.path)
  return store.backend === 'fs' ? resolve(store.options.directory) : label
}

async function imported(visited: Visit, source: ImportSource, from: number, writer: CheckpointWriter): Promise<Report> {
  const sum: Report = {
    stored: 0,
    there: 0,
    newer: 0,
    expired: 0,
    voided: 0,
    refused: 0,
    damaged: 0,
    isWhole: false,
  }
  const progress = progressLine()
  const left = new TimeLeft(from)
  let count = 0
  let doneBytes = from
  const step = async ({ text, endsAt, isWhole }: ReadLine): Promise<Step> => {
    const line = isWhole && text !== undefined ? readLine(text) : undefined
    if (line?.line === 'entry') return { what: await placed(visited, line.entry), endsAt }
    return { what: line?.line ?? 'damaged', endsAt }
  }
  try {
    for await (const { what, endsAt } of ahead(source.lines(from), ({ text }) => text?.length ?? 0, step)) {
      visited.signal.throwIfAborted()
      if (what === 'end') sum.isWhole = true
      else if (what !== 'begin') {
        sum[what]++
        count++
      }
      // To be read again: a torn line may have its end by then, and who goes on behind the end would miss it.
      if (what !== 'damaged' && what !== 'end') doneBytes = endsAt
      await writer.note(doneBytes)
      progress.show(() => progressText(count, endsAt, source.sizeBytes, left))
    }
  } finally {
    progress.clear()
    await writer.noteNow(doneBytes)
  }
  return sum
}

/** Services that hold copies are told of what is written, also where that fails: it may have been. */
async function placed({ backend, news }: Visit, entry: MovedEntry): Promise<Placed> {
  let what: Placed | undefined
  try {
    what = await place(backend, entry)
    return what
  } finally {
    if (what === undefined || what === 'stored' || what === 'refused') await news.tell({ keys: [entry.key] })
  }
}

function progressText(count: number, doneBytes: number, sizeBytes: number, left: TimeLeft): string {
  const share = sizeBytes === 0 ? '' : ` ${shareText(doneBytes, sizeBytes)}${left.text(doneBytes, sizeBytes)}`
  return `${entriesText(count)}${share === '' ? '' : `,${share}`}`
}

const WORDS: Readonly<Record<Placed | 'damaged', string>> = {
  stored: 'stored',
  there: 'there already',
  newer: 'newer there',
  expired: 'expired',
  voided: 'deleted or invalidated meanwhile',
  refused: 'refused by the store',
  damaged: 'lines damaged',
}

function textOf(report: Report): string {
  const { isWhole, stored, ...others } = report
  const rest = Object.entries({ ...others }).flatMap(([name, count]) =>
    isPlaced(name) && count > 0 ? [`${countText(count)} ${wordsFor(name, count)}`] : [],
  )
  const torn = isWhole
    ? ''
    : '\nthe export has no end: whoever wrote it was stopped; --resume of export goes on with it'
  return `stored ${entriesText(stored)}${rest.length === 0 ? '' : `; ${rest.join(', ')}`}${torn}`
}

function wordsFor(what: Placed | 'damaged', count: number): string {
  return what === 'damaged' && count === 1 ? 'line damaged' : WORDS[what]
}

function isPlaced(name: string): name is Placed | 'damaged' {
  return Object.hasOwn(WORDS, name)
}
