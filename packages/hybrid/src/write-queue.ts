/** The queued writes: the last one per key, bounded in count and bytes. */
import { type BusChange, coverOf } from '@stowage/core'
import type { QueuedWrite } from './queued-write.ts'

const MAX_QUEUED = 1_000
const MAX_QUEUED_BYTES = 16_777_216

export class WriteQueue {
  readonly #writes = new Map<string, QueuedWrite>()
  #bytes = 0

  get(key: string): QueuedWrite | undefined {
    return this.#writes.get(key)
  }

  get keys(): readonly string[] {
    return [...this.#writes.keys()]
  }

  hasRoomFor({ sizeBytes }: QueuedWrite): boolean {
    return this.#writes.size < MAX_QUEUED && this.#bytes + sizeBytes <= MAX_QUEUED_BYTES
  }

  put(key: string, write: QueuedWrite): void {
    const older = this.#takeOut(key)
    if (older !== undefined) write.line = older.line
    this.#writes.set(key, write)
    this.#bytes += write.sizeBytes
  }

  drop(key: string): void {
    const write = this.#takeOut(key)
    if (write !== undefined) write.line.isOver = true
  }

  #takeOut(key: string): QueuedWrite | undefined {
    const write = this.#writes.get(key)
    if (write === undefined) return undefined
    this.#bytes -= write.sizeBytes
    this.#writes.delete(key)
    write.left()
    return write
  }

  /** Others have changed this. */
  doubt(change: BusChange): void {
    for (const key of 'keys' in change ? change.keys : this.covered(coverOf(change))) {
      const write = this.#writes.get(key)
      if (write !== undefined) write.isInDoubt = true
    }
  }

  /** Keys whose queued write is covered. */
  covered(covers: (key: string, tags: readonly string[]) => boolean): readonly string[] {
    return this.keys.filter((key) => covers(key, this.#writes.get(key)?.entry.facts.tags ?? []))
  }
}
