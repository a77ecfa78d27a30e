/**
 * How much is stored: for each shard the number of its entries, their bytes, and the bytes set aside for files that are being
 * written, in a file of fixed size that the holder of the lock reads and writes. It can be lost: a shard of which the figures are not
 * known, or doubtful since a process died in the middle of a step, is counted anew (recount.ts), one at a time.
 *
 * The last field of a row is a check of the others, or zero where they are in doubt. It holds within one start of the machine: after a
 * power cut the figures may be older than the files, or newer.
 */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { clearForFile, openBookkeeping } from './bookkeeping-file.ts'
import { isSameFile, statExactly } from './file-identity.ts'
import { SHARD_COUNT } from './layout.ts'
import { NO_FOLLOW } from './open-flags.ts'
import { createFile } from './whole-file.ts'

const FIELDS = 4
const DOUBT = 0
const ROW_BYTES: number = FIELDS * Float64Array.BYTES_PER_ELEMENT

export interface ShardCount {
  readonly entryCount: number
  readonly entryBytes: number
  readonly tempBytes: number
}

export class Counts {
  readonly #path: string
  readonly #figures = new Float64Array(SHARD_COUNT * FIELDS)
  readonly #bytes: Uint8Array = new Uint8Array(this.#figures.buffer)
  /** Read into, and compared: mostly the file says what is known already. */
  readonly #read: Uint8Array = new Uint8Array(this.#bytes.length)
  #total: ShardCount | undefined
  readonly #touched = new Set<number>()
  readonly #start: number
  #isWhole = false
  #descriptor: number | undefined
  /** The open file as it was when it was opened. */
  #opened: BigIntStats | undefined

  /** @param start a number of this start of the machine */
  constructor(path: string, start: number) {
    this.#path = path
    this.#start = start
  }

  /** Reads what there is. A missing or short file leaves every shard in doubt, and a row that is damaged its own. */
  load(): void {
    this.#touched.clear()
    const found = statExactly(this.#path)
    if (found === undefined || !isSameFile(found, this.#opened)) this.#reopen()
    const read = this.#descriptor === undefined ? 0 : readSync(this.#descriptor, this.#read, 0, this.#read.length, 0)
    this.#isWhole = read === this.#read.length
    if (!this.#isWhole) this.#read.fill(0)
    if (Buffer.compare(this.#read, this.#bytes) !== 0) this.#believe()
    if (found?.isFile() === true && found.nlink > 1n) this.#leave()
  }

  of(shard: number): ShardCount {
    const [entryCount = 0, entryBytes = 0, tempBytes = 0] = this.#figures.subarray(shard * FIELDS)
    return { entryCount, entryBytes, tempBytes }
  }

  isSure(shard: number): boolean {
    return this.#figures[shard * FIELDS + 3] !== DOUBT
  }

  /** The first shard whose figures are in doubt. */
  doubtful(): number | undefined {
    for (let shard = 0; shard < SHARD_COUNT; shard++) if (!this.isSure(shard)) return shard
    return undefined
  }

  total(): ShardCount {
    this.#total ??= this.#sum()
    return this.#total
  }

  #sum(): ShardCount {
    let entryCount = 0
    let entryBytes = 0
    let tempBytes = 0
    for (let at = 0; at < this.#figures.length; at += FIELDS) {
      entryCount += this.#figures[at] ?? 0
      entryBytes += this.#figures[at + 1] ?? 0
      tempBytes += this.#figures[at + 2] ?? 0
    }
    return { entryCount, entryBytes, tempBytes }
  }

  add(shard: number, { entryCount = 0, entryBytes = 0, tempBytes = 0 }: Partial<ShardCount>): void {
    if (entryCount === 0 && entryBytes === 0 && tempBytes === 0) return
    const before = this.of(shard)
    this.#put(shard, {
      entryCount: Math.max(0, before.entryCount + entryCount),
      entryBytes: Math.max(0, before.entryBytes + entryBytes),
      tempBytes: Math.max(0, before.tempBytes + tempBytes),
    })
  }

  /** What was found by counting. */
  settle(shard: number, count: ShardCount): void {
    this.#put(shard, count)
    this.#figures[shard * FIELDS + 3] = this.#checkOf(shard * FIELDS)
  }

  doubt(shard: number): void {
    this.#figures[shard * FIELDS + 3] = DOUBT
    this.#touched.add(shard)
  }

  doubtAll(): void {
    for (let shard = 0; shard < SHARD_COUNT; shard++) this.doubt(shard)
  }

  /** Those that have been changed since they were read. */
  doubtTouched(): void {
    for (const shard of this.#touched) this.doubt(shard)
  }

  /** Writes down what has changed. */
  save(): void {
    if (this.#touched.size === 0) return
    const descriptor = this.#descriptor ?? this.#use(create(this.#path))
    const [shard = 0] = this.#touched
    if (this.#isWhole && this.#touched.size === 1) {
      writeSync(descriptor, this.#bytes, shard * ROW_BYTES, ROW_BYTES, shard * ROW_BYTES)
    } else writeSync(descriptor, this.#bytes, 0, this.#bytes.length, 0)
    this.#touched.clear()
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
    this.#opened = undefined
  }

  #reopen(): void {
    this.close()
    const descriptor = open(this.#path)
    if (descriptor !== undefined) this.#use(descriptor)
  }

  #use(descriptor: number): number {
    this.#descriptor = descriptor
    this.#opened = fstatSync(descriptor, { bigint: true })
    return descriptor
  }

  /** Its other name is in a copy of the folder, made of links, which counts for itself: here the figures get a file of their own. */
  #leave(): void {
    unlinkSync(this.#path)
    this.close()
    this.#isWhole = false
    this.#touched.add(0)
  }

  /** What has been read, row by row where its check is right. */
  #believe(): void {
    this.#bytes.set(this.#read)
    this.#total = undefined
    for (let at = 0; at < this.#figures.length; at += FIELDS) {
      const check = this.#figures[at + 3]
      if (check !== DOUBT && check !== this.#checkOf(at)) this.#figures.fill(0, at, at + FIELDS)
    }
  }

  #put(shard: number, { entryCount, entryBytes, tempBytes }: ShardCount): void {
    this.#figures.set([entryCount, entryBytes, tempBytes], shard * FIELDS)
    this.#total = undefined
    if (this.isSure(shard)) this.#figures[shard * FIELDS + 3] = this.#checkOf(shard * FIELDS)
    this.#touched.add(shard)
  }

  #checkOf(at: number): number {
    const figures = this.#figures
    return this.#start + (figures[at] ?? 0) + (figures[at + 1] ?? 0) + (figures[at + 2] ?? 0)
  }
}

/** What is no file of ours is as good as none. */
function open(path: string): number | undefined {
  const found = openBookkeeping(path, constants.O_RDWR)
  return found === 'foreign' ? undefined : found
}

function create(path: string): number {
  clearForFile(path)
  const found = open(path)
  if (found !== undefined) return found
  // What createFile gives cannot be read.
  closeSync(createFile(path))
  return openSync(path, constants.O_RDWR | NO_FOLLOW)
}
