/**
 * What happens to a file that is no cache any more: it keeps its content under another name, for whoever wants to look,
 * and the process is warned once. Nothing of it is ever served again.
 *
 * Only the newest of such copies stay: where a disk fails, or logs are deleted every night, they would come to fill it.
 */
import { lstatSync, readdirSync, renameSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { messageOf, systemClock } from '@stowage/core'
import { isMissing } from './file-error.ts'
import { type FileIdentity, identityOf, isSame } from './file-identity.ts'
import { wasDatabase } from './refusal.ts'

/** The log goes first: a log left beside a new file would be replayed into it. */
const PARTS = ['-values', '-wal', '-shm', ''] as const
const KEPT_COUNT = 2

/**
 * Renames the file and its log, unless another process has already put a new file in its place; several
 * may meet the damage at once, and what one of them has moved the others leave.
 *
 * @param file as it was found; undefined: there was none. @throws what renaming throws
 */
export function setAside(path: string, file: FileIdentity | undefined, reason: unknown): void {
  const copies = copiesOf(path)
  let number = systemClock.nowMs()
  while (copies.includes(number)) number++
  const aside = copyOf(path, number)
  for (const part of PARTS) {
    if (file === undefined || !isSame(file, identityOf(path))) return
    renameIfThere(path + part, aside + part)
  }
  // Nobody waits: there may be many large values in them. What cannot be deleted is tried again the next time.
  void Promise.allSettled(copies.slice(0, 1 - KEPT_COUNT).map((copy) => drop(copyOf(path, copy))))
  warn(
    `cache file '${path}' is damaged (${messageOf(reason)}); it was moved to '${aside}' and a new one begun; of such copies the newest ${KEPT_COUNT} are kept`,
  )
}

function copyOf(path: string, number: number): string {
  return `${path}.corrupt-${number}`
}

/** Numbers of the copies that are there, or parts of them, in the order of their making. */
function copiesOf(path: string): readonly number[] {
  const prefix = `${basename(path)}.corrupt-`
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(prefix))
  const numbers = names.map((name) => Number(/^(\d+)(?:-values|-wal|-shm)?$/.exec(name.slice(prefix.length))?.[1]))
  return [...new Set(numbers.filter(Number.isSafeInteger))].toSorted((one, other) => one - other)
}

/** What bears no trace of SQLite was taken for a cache by its name (refusal.ts): it may be somebody's, and stays. */
async function drop(copy: string): Promise<void> {
  const stats = lstatSync(copy, { throwIfNoEntry: false })
  if (stats !== undefined && !(stats.isFile() && wasDatabase(copy))) return
  for (const part of PARTS) await rm(copy + part, { force: true, recursive: part === '-values' })
}

/** @param failed what renaming threw */
export function warnThatItStays(path: string, reason: unknown, failed: unknown): void {
  warn(
    `cache file '${path}' is damaged (${messageOf(reason)}) and could not be moved away (${messageOf(failed)}): remove it; until then what it holds is loaded anew each time`,
  )
}

function warn(message: string): void {
  process.emitWarning(message, { type: 'StowageWarning', code: 'STOWAGE_SQLITE_SET_ASIDE' })
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
  }
}
