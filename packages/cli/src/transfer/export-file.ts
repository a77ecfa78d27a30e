/** The file of an export: begun anew, or gone on with after its last sound line. */
import { createReadStream } from 'node:fs'
import { type FileHandle, open, stat, truncate } from 'node:fs/promises'
import { messageOf } from '@stowage/core'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { readLine } from './entry-line.ts'
import type { KnownWrites } from './known-writes.ts'
import { readLines } from './line-reader.ts'

export interface FoundExport {
  /** Where its last sound line ends. 0: there is nothing to go on with. */
  readonly soundBytes: number
  readonly entryCount: number
  /** It has its last line: there is nothing left to do. */
  readonly isWhole: boolean
}

const FIRST = '{"stowage":"begin"'
const CHUNK_BYTES = 256_000

/** Whoever may read it may read what is cached. */
const RIGHTS = 0o600

/** Looks through a file, as far as it is sound, and notes what is in it. @throws Failure for a file that is no export */
export async function findExport(
  path: string,
  known: KnownWrites,
  onEntry: (entryCount: number) => void,
): Promise<FoundExport> {
  const found = { soundBytes: 0, entryCount: 0, isWhole: false }
  if ((await sizeOf(path)) === 0) return found
  for await (const { text, endsAt, isWhole } of readLines(createReadStream(path, { highWaterMark: CHUNK_BYTES }))) {
    const line = isWhole && text !== undefined ? readLine(text) : undefined
    if (found.soundBytes === 0 && line?.line !== 'begin') {
      // Of an export that was stopped at once even the first line may be torn; anything else is not ours to cut.
      if (!isWhole && text !== undefined && (text.startsWith(FIRST) || FIRST.startsWith(text))) return found
      throw new Failure(EXIT_CODES.usage, `'${path}' is no export: it is left as it is`)
    }
    if (line === undefined) return found
    found.soundBytes = endsAt
    if (line.line === 'end') return { ...found, isWhole: true }
    if (line.line === 'begin') continue
    known.add(line.entry.key, line.entry.facts.storedAtMs)
    onEntry(++found.entryCount)
  }
  return found
}

/** Lines on their way to a file or to stdout, many at a time. */
export interface LineSink {
  write(line: string): Promise<void>
  /** Writes down what is pending. */
  end(): Promise<void>
}

export function chunked(write: (chunk: string) => Promise<void>): LineSink {
  let pending = ''
  const flush = async () => {
    const chunk = pending
    pending = ''
    if (chunk !== '') await write(chunk)
  }
  return {
    write(line) {
      pending += line
      return pending.length < CHUNK_BYTES ? Promise.resolve() : flush()
    },
    end: flush,
  }
}

/** Cuts what is torn and goes on behind it. `run` may fail: the file is then as far as it has come. */
export async function withExportFile(
  path: string,
  soundBytes: number,
  run: (sink: LineSink) => Promise<void>,
): Promise<void> {
  if (soundBytes < (await sizeOf(path))) await truncate(path, soundBytes)
  const file = await opened(path)
  try {
    const sink = chunked(async (chunk) => {
      await file.appendFile(chunk)
    })
    try {
      await run(sink)
    } finally {
      await sink.end()
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a', RIGHTS)
  } catch (cause) {
    throw new Failure(EXIT_CODES.usage, `cannot write '${path}': ${messageOf(cause)}`, { cause })
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return 0
    throw thrown
  }
}
