/** `stowage export`: all entries as lines, to a file or to stdout, with their instants, tags and checksums. */
import { existsSync, statSync } from 'node:fs'
import type { ScannedEntry } from '@stowage/core'
import type { Command } from 'commander'
import { bytesText, countText, entriesText } from '../amounts.ts'
import { EXIT_CODES, type Exit } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { progressLine } from '../progress-line.ts'
import { type StoreOptions, withJson, withStore } from '../store-options.ts'
import { write, writeNote, writeReport } from '../terminal.ts'
import { TimeLeft } from '../time-left.ts'
import { beginText, endText } from '../transfer/entry-line.ts'
import { chunked, type FoundExport, findExport, type LineSink, withExportFile } from '../transfer/export-file.ts'
import { exportedLines } from '../transfer/exported-lines.ts'
import { KnownWrites } from '../transfer/known-writes.ts'
import { type Visit, visit } from '../visit.ts'

interface ExportOptions extends StoreOptions {
  readonly resume?: true
}

interface Report {
  /** In the export, those of an earlier run too. */
  entryCount: number
  readonly earlierCount: number
  byteCount: number
  /** Not exported: their bytes are not what was written. */
  damagedCount: number
}

const NOTHING: FoundExport = { soundBytes: 0, entryCount: 0, isWhole: false }

export function addExport(program: Command, exit: Exit): void {
  const command = program.command('export').summary('write all entries down, for import')
  withStore(command)
    .argument('[file]', 'where to; stdout if it is - or not given')
    .description(
      'Write all live entries down, one JSON object on each line, with instants, tags and checksum as they are. For import into any store. What was invalidated is not among them; what is written meanwhile may or may not be.',
    )
    .option('--resume', 'go on with a file whose export was stopped, or begin it')
  withJson(command, 'the report as JSON').action(
    async (store: string, given: string | undefined, options: ExportOptions) => {
      const file = given === '-' ? undefined : given
      requireRoom(file, options)
      await visit(store, options, (visited) => exportAll(visited, file, options, exit))
    },
  )
}

function requireRoom(file: string | undefined, { resume }: ExportOptions): void {
  if (file === undefined && resume) {
    throw new Failure(EXIT_CODES.usage, '--resume: means nothing for stdout; allowed: with a file')
  }
  if (file !== undefined && statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new Failure(EXIT_CODES.usage, `'${file}' is a folder; allowed: a file`)
  }
  if (file !== undefined && !resume && existsSync(file)) {
    throw new Failure(EXIT_CODES.usage, `'${file}' is there already; --resume goes on with it`)
  }
}

async function exportAll(visited: Visit, file: string | undefined, options: ExportOptions, exit: Exit): Promise<void> {
  const known = new KnownWrites()
  const progress = progressLine()
  const found =
    file === undefined
      ? NOTHING
      : await findExport(file, known, (count) => {
          visited.signal.throwIfAborted()
          progress.show(() => `${entriesText(count)} are in the file already`)
        })
  if (file !== undefined && found.isWhole) {
    await writeReport(options.json, { file, ...found }, `${file} was whole already: nothing was left to do`)
    return
  }
  const report: Report = { entryCount: found.entryCount, earlierCount: found.entryCount, byteCount: 0, damagedCount: 0 }
  const run = (sink: LineSink) => exportInto(sink, visited, known, report, found.soundBytes === 0)
  if (file === undefined) {
    const sink = chunked(write)
    await run(sink)
    await sink.end()
  } else await withExportFile(file, found.soundBytes, run)
  if (report.damagedCount > 0) exit(EXIT_CODES.no)
  const text = textOf(report)
  if (file === undefined) writeNote(options.json, report, text)
  else await writeReport(options.json, { file, ...report }, text)
}

async function exportInto(
  sink: LineSink,
  visited: Visit,
  known: KnownWrites,
  report: Report,
  isBegun: boolean,
): Promise<void> {
  const { backend, signal } = visited
  const progress = progressLine()
  // A server is not asked to go through all its keys for a figure that nobody sees.
  const total = process.stderr.isTTY ? (await backend.usage(Date.now())).entryCount : 0
  const left = new TimeLeft(report.earlierCount)
  if (isBegun) await sink.write(beginText(backend.name, Date.now()))
  const isWanted = ({ key, facts }: ScannedEntry) => !known.has(key, facts.storedAtMs)
  for await (const line of exportedLines(visited, known.count === 0 ? undefined : isWanted)) {
    signal.throwIfAborted()
    if (line === undefined) report.damagedCount++
    else {
      report.entryCount++
      report.byteCount += line.length
      await sink.write(line)
    }
    progress.show(
      () => `${countText(report.entryCount)} of about ${entriesText(total)}${left.text(report.entryCount, total)}`,
    )
  }
  progress.clear()
  await sink.write(endText(report.entryCount))
}

function textOf({ entryCount, earlierCount, byteCount, damagedCount }: Report): string {
  const before = earlierCount === 0 ? '' : `, ${countText(earlierCount)} of them before`
  const damaged = damagedCount === 0 ? '' : `; ${countText(damagedCount)} are damaged and were left out: see check`
  return `exported ${entriesText(entryCount)}${before}; ${bytesText(byteCount)} written${damaged}`
}
