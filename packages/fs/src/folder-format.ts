/**
 * The file that makes a folder a cache, and says of which format it is. A newer format takes an older one's folder over, which begins
 * empty: its journal says nothing any more, so none of its entries is trusted (journal.ts).
 */
import { type BigIntStats, closeSync, constants, existsSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import { basename } from 'node:path'
import { ConfigError, randomText } from '@stowage/core'
import { openBookkeeping } from './bookkeeping-file.ts'
import { isMissing } from './file-error.ts'
import { isSameFile, statExactly } from './file-identity.ts'
import { FORMAT, type Layout } from './layout.ts'
import { removeAnything } from './replacing.ts'
import { isUnfinished, writeWhole } from './whole-file.ts'

/** Behind the names of the lock of those who break it (directory-lock.ts), and of what was moved aside (bookkeeping-file.ts). */
const BEHIND_NAMES = /(?:(?:\.(?:[0-9a-f]{16}|\d+-\d+))+|\.[0-9a-f]{24}\.aside)$/
/** Behind the name of a folder of holders that has been dismissed. */
const DISMISSED = /^\.[0-9a-f]{24}\.aside$/

/** Whether it is a folder of holders of an older format on its way out: whoever took this one over may have been killed before it had gone. */
export function isDismissed({ olderHolders }: Layout, path: string): boolean {
  return olderHolders.some((older) => path.startsWith(older) && DISMISSED.test(path.slice(older.length)))
}

/**
 * The folder is of this format from here on.
 * @param known the folder that this process has had as its cache: without its marker it is one still
 * @throws ConfigError when it is something else, or of a newer format
 */
export function takeFolder(layout: Layout, known?: BigIntStats): void {
  if (isToBeMarked(layout, known)) writeMarker(layout)
  for (const folder of layout.olderHolders) dismiss(folder)
}

/** Whether the folder is no cache yet, or one of an older format. @throws ConfigError when it is something else, or of a newer format */
function isToBeMarked(layout: Layout, known: BigIntStats | undefined): boolean {
  const found = readMarker(layout.marker)
  if (found === undefined) {
    // A cache that others begin at this moment has its marker first.
    const others = readdirSync(layout.directory).filter((name) => !isUnfinished(name))
    if (others.length > 0 && readMarker(layout.marker) === undefined && !hasLostItsMarker(layout, known)) {
      throw new ConfigError(
        `directory: '${layout.directory}' holds other things; allowed: an empty folder, a missing one, or a Stowage files cache`,
      )
    }
    return true
  }
  if (found === markerOf(FORMAT)) return false
  if (!isOlder(found) && !(found === '' && holdsNothingElse(layout))) {
    throw new ConfigError(
      `directory: '${layout.directory}' is no files cache of this version of Stowage; allowed: one of format ${FORMAT}, or an older one`,
    )
  }
  return true
}

/**
 * Whether somebody took the marker out of what is a cache: who deletes a folder that is in use may be stopped by what is written to it
 * meanwhile. Names that others use, too, are no proof.
 */
function hasLostItsMarker(layout: Layout, known: BigIntStats | undefined): boolean {
  const found = statExactly(layout.directory)
  const isKnown = found !== undefined && isSameFile(found, known)
  return (isKnown || existsSync(layout.holders)) && holdsNothingElse(layout)
}

/** Once for each folder, whatever the durability: without it nothing that the disk has can be opened again. */
function writeMarker({ marker }: Layout): void {
  writeWhole(marker, markerOf(FORMAT), 'strict')
}

/**
 * Whether every name in the folder is one of this format or an older one. A power cut may have left the marker of such a one empty, where
 * it was not brought to the disk at once.
 */
function holdsNothingElse(layout: Layout): boolean {
  const { directory, marker, journal, counts, lock, holders, olderHolders, ballast, entries } = layout
  const own = new Set(
    [marker, journal, counts, lock, holders, ...olderHolders, ballast, entries].map((path) => basename(path)),
  )
  return readdirSync(directory).every((name) => own.has(name.replace(BEHIND_NAMES, '')) || isUnfinished(name))
}

function markerOf(format: number): string {
  return `${JSON.stringify({ stowage: 'files', format })}\n`
}

function isOlder(marker: string): boolean {
  for (let format = 1; format < FORMAT; format++) if (marker === markerOf(format)) return true
  return false
}

/**
 * Processes of an older version that are on the folder would begin a journal of their own at each step. They take the lock no more
 * when nothing says who they are, make the place fit anew, and find the marker of a version that is not theirs.
 */
function dismiss(olderHolders: string): void {
  // In one step: while names are deleted one by one, others come.
  const aside = `${olderHolders}.${randomText(12, 'hex')}.aside`
  try {
    renameSync(olderHolders, aside)
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown
    return
  }
  removeAnything(aside)
}

/** Undefined when there is none. */
function readMarker(path: string): string | undefined {
  const descriptor = openBookkeeping(path, constants.O_RDONLY)
  if (typeof descriptor !== 'number') return descriptor
  try {
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}
