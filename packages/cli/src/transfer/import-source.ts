/** Where the lines of an import come from: a file, from some place on, or stdin. */
import { createReadStream, statSync } from 'node:fs'
import { messageOf, withoutPassword } from '@stowage/core'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { type ExportLine, readLine } from './entry-line.ts'
import { type ReadLine, readLines } from './line-reader.ts'

export interface ImportSource {
  readonly name: string
  /** 0: not known. */
  readonly sizeBytes: number
  /** By its first line. */
  readonly exportedAtMs: number
  lines(from: number): AsyncIterable<ReadLine>
}

/** @throws Failure for what is no export */
export async function importSource(file: string | undefined): Promise<ImportSource> {
  return file === undefined ? stdinSource() : fileSource(file)
}

async function fileSource(file: string): Promise<ImportSource> {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined) throw new Failure(EXIT_CODES.usage, `there is no file '${withoutPassword(file)}'`)
  const lines = (from: number) => readLines(createReadStream(file, { start: from, highWaterMark: 256_000 }), from)
  const { atMs } = await begun(`'${file}'`, lines(0)).catch((cause: unknown) => {
    if (cause instanceof Failure) throw cause
    throw new Failure(EXIT_CODES.usage, `cannot read '${file}': ${messageOf(cause)}`, { cause })
  })
  return { name: file, sizeBytes: found.size, exportedAtMs: atMs, lines }
}

async function stdinSource(): Promise<ImportSource> {
  if (process.stdin.isTTY) {
    throw new Failure(EXIT_CODES.usage, 'file: missing; allowed: the file of an export, or one on stdin')
  }
  const lines = readLines(process.stdin)
  const { atMs } = await begun('what comes by stdin', lines, 'kept open')
  return { name: 'stdin', sizeBytes: 0, exportedAtMs: atMs, lines: () => lines }
}

async function begun(
  name: string,
  lines: AsyncGenerator<ReadLine, undefined>,
  end?: 'kept open',
): Promise<Extract<ExportLine, { line: 'begin' }>> {
  const first: IteratorResult<ReadLine, undefined> = await lines.next()
  if (end === undefined) await lines.return(undefined)
  const line = first.value?.text === undefined ? undefined : readLine(first.value.text)
  if (line?.line === 'begin') return line
  throw new Failure(EXIT_CODES.usage, `${name} is no export; allowed: what stowage export writes`)
}
