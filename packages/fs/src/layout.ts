/**
 * What lies where in the folder of a cache. Names are hashes and random texts; a key never becomes a path.
 *
 *   stowage-files.json       marks the folder as a cache of this layout
 *   journal                  tag versions, clearings and leases (journal.ts)
 *   counts                   how much each shard holds (counts.ts); can be lost
 *   lock, holders/<id>       who may write (directory-lock.ts)
 *   ballast                  given up on a full disk (ballast.ts)
 *   entries/<2>/<38>         one entry: the hash of its key
 *   entries/<2>/<38>.old     what an entry is replacing at this moment (replacing.ts); emptied, a spare (spares.ts)
 *   entries/<2>/t.<random>.<bytes>.<holder>   a file that is being written
 */
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { ownText, randomText } from '@stowage/core'

export const SHARD_COUNT = 256
/** 160 bits of the hash; names of 38 characters are what Linux keeps without memory of their own. */
const NAME_LENGTH = 40
/** About 2 MB of keys and paths. */
const KNOWN_COUNT = 8_192
const MAX_KNOWN_LENGTH = 256
/**
 * Of all that the processes on a folder write for each other. Format 1 had a line for each event in its
 * journal, format 2 seals of the prelude alone.
 */
export const FORMAT = 3
/** Of processes of older formats. */
const OLDER_HOLDERS: readonly string[] = ['holders', 'holders-2']
const MARKER_NAME = 'stowage-files.json'
export const OLD_SUFFIX = '.old'

/** Where an entry is, by the hash of its key. */
export interface Place {
  readonly shard: number
  readonly path: string
}

/** What a temporary file's name says. */
export interface TempName {
  readonly plannedBytes: number
  readonly holderId: string
}

export class Layout {
  readonly directory: string
  readonly marker: string
  readonly journal: string
  readonly counts: string
  readonly lock: string
  /** Another one for each format: who is not in it cannot take the lock. */
  readonly holders: string
  readonly olderHolders: readonly string[]
  readonly ballast: string
  readonly entries: string
  /** Places of keys asked for of late: hashing and making the path is a tenth of a hit. */
  #latest = new Map<string, Place>()
  #earlier = new Map<string, Place>()

  constructor(directory: string) {
    this.directory = directory
    this.marker = join(directory, MARKER_NAME)
    this.journal = join(directory, 'journal')
    this.counts = join(directory, 'counts')
    this.lock = join(directory, 'lock')
    this.holders = join(directory, `holders-${FORMAT}`)
    this.olderHolders = OLDER_HOLDERS.map((name) => join(directory, name))
    this.ballast = join(directory, 'ballast')
    this.entries = join(directory, 'entries')
  }

  placeOf(key: string): Place {
    const known = this.#latest.get(key) ?? this.#earlier.get(key)
    if (known !== undefined) return known
    const name = hash('sha256', key, 'hex')
    const shard = Number.parseInt(name.slice(0, 2), 16)
    const place = { shard, path: `${this.entries}/${name.slice(0, 2)}/${name.slice(2, NAME_LENGTH)}` }
    if (key.length <= MAX_KNOWN_LENGTH) this.#know(key, place)
    return place
  }

  #know(key: string, place: Place): void {
    if (this.#latest.size >= KNOWN_COUNT / 2) {
      this.#earlier = this.#latest
      this.#latest = new Map()
    }
    this.#latest.set(ownText(key), place)
  }

  shardFolder(shard: number): string {
    return `${this.entries}/${shardName(shard)}`
  }

  /** A name nobody can foresee, beside the entries of the shard. */
  tempPath(shard: number, plannedBytes: number, holderId: string): string {
    const random = randomText(12, 'hex')
    return `${this.shardFolder(shard)}/t.${random}.${plannedBytes.toString(36)}.${holderId}`
  }
}

export function shardName(shard: number): string {
  return shard.toString(16).padStart(2, '0')
}

export function isEntryName(name: string): boolean {
  return /^[0-9a-f]{38}$/.test(name)
}

/** The entry that a file stands in for while it is replaced. */
export function replacedName(name: string): string | undefined {
  const entry = name.endsWith(OLD_SUFFIX) ? name.slice(0, -OLD_SUFFIX.length) : undefined
  return entry !== undefined && isEntryName(entry) ? entry : undefined
}

export function tempName(name: string): TempName | undefined {
  const [, bytes, holderId] = /^t\.[0-9a-f]{24}\.([0-9a-z]{1,11})\.([0-9a-f]{16})$/.exec(name) ?? []
  if (bytes === undefined || holderId === undefined) return undefined
  return { plannedBytes: Number.parseInt(bytes, 36), holderId }
}
