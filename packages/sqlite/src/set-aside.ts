/**
 * What happens to a file that is no cache any more: it keeps its content under another name, for whoever wants to look,
 * and the process is warned once. Nothing of it is ever served again.
 *
 * Only the newest of such copies stay: where a disk fails, or logs are deleted every night, they would come to fill it.
 */
import { type Dirent, lstatSync, readdirSync, renameSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { messageOf, systemClock } from '@stowage/core'
import { isMissing } from './file-error.ts'
import { type FileIdentity, identityOf, isSame } from './file-identity.ts'
import { wasDatabase } from './refusal.ts'

/**
 * In this order: wherever a process is killed, what lies at the path is the damaged cache as it was, or none. The file without its log
 * would be an older state, with what has been invalidated since; so the file goes before its log, which is taken away from where there
 * is no file before one is begun (leftovers.ts). The index of the log goes before the file, as processes that have it open write to it:
 * no new file must find it. Without it the log is read anew. What was in the value files is damage as soon as they have gone.
 */
const BEFORE_LOG = ['-values', '-shm', ''] as const
const LOG = '-wal'
const PARTS = [...BEFORE_LOG, LOG] as const
const KEPT_COUNT = 2
/** What follows in the name of a copy, and of each part of it; other numbers than its maker wrote (`007`) are somebody else's. */
const COPY = /^([1-9]\d*)(-values|-wal|-shm)?$/

/**
 * Renames the file and its log, unless another process has already put a new file in its place; several
 * may meet the damage at once, and what one of them has moved the others leave.
 *
 * @param file as it was found; undefined: there was none. @throws what renaming throws
 */
export function setAside(path: string, file: FileIdentity | undefined, reason: unknown): void {
  const copies = copiesOf(path)
  let number = systemClock.nowMs()
  while (copies.has(number)) number++
  const aside = copyOf(path, number)
  const log = identityOf(path + LOG)
  for (const part of BEFORE_LOG) {
    if (file === undefined || !isSame(file, identityOf(path))) return
    renameIfThere(path + part, aside + part)
  }
  // Who has begun a new file since has taken it away, and has one of its own.
  if (isSame(log, identityOf(path + LOG))) renameIfThere(path + LOG, aside + LOG)
  // Nobody waits: there may be many large values in them. What cannot be deleted is tried again the next time.
  void Promise.allSettled(outdated(copies).map((copy) => drop(copyOf(path, copy))))
  warn(
    `cache file '${path}' is damaged (${messageOf(reason)}); it was moved to '${aside}' and a new one begun; of such copies the newest ${KEPT_COUNT} are kept`,
  )
}

function copyOf(path: string, number: number): string {
  return `${path}.corrupt-${number}`
}

/** Numbers of the copies that are there, or parts of them, each with whether the file itself is among those. */
function copiesOf(path: string): ReadonlyMap<number, boolean> {
  const prefix = `${basename(path)}.corrupt-`
  const copies = new Map<number, boolean>()
  for (const entry of entriesBeside(path)) {
    if (!entry.name.startsWith(prefix)) continue
    const [, digits = '', part] = COPY.exec(entry.name.slice(prefix.length)) ?? []
    const number = Number(digits)
    if (digits === '' || !Number.isSafeInteger(number)) continue
    copies.set(number, copies.get(number) === true || (part === undefined && entry.isFile()))
  }
  return copies
}

/** None where the folder cannot be listed: a file can be moved away all the same, and nothing is deleted. */
function entriesBeside(path: string): readonly Dirent[] {
  try {
    return readdirSync(dirname(path), { withFileTypes: true })
  } catch {
    return []
  }
}

/**
 * Copies older than those that stay beside a new one. Parts without their file are none of those: they are what is left of a copy, or
 * what the slower of two that met the damage at once has moved, and would stand for a copy that can be looked at.
 */
function outdated(copies: ReadonlyMap<number, boolean>): readonly number[] {
  const whole = [...copies.keys()].filter((number) => copies.get(number)).toSorted((one, other) => one - other)
  const oldest = whole.at(1 - KEPT_COUNT) ?? 0
  return [...copies.keys()].filter((number) => number < oldest)
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
