/** The spaces of a memory backend: as long as the backend is open, in this process, whatever the cache beside them evicts. */
import {
  type CommitResult,
  type SpaceCommit,
  type SpaceRange,
  type SpaceRecord,
  type SpaceScan,
  type Spaces,
  UsageError,
} from '@stowage/core'
import { MemorySpace } from './memory-space.ts'

export class MemorySpaces implements Spaces {
  readonly #spaces = new Map<string, MemorySpace>()
  readonly #listeners = new Map<string, Set<() => void>>()
  #isClosed = false

  get(space: string, keys: readonly string[]): readonly (SpaceRecord | undefined)[] {
    const found = this.#find(space)
    return keys.map((key) => found?.get(key))
  }

  scan(space: string, scan: SpaceScan): readonly SpaceRecord[] {
    return this.#find(space)?.scan(scan) ?? []
  }

  count(space: string, range: SpaceRange): number {
    return this.#find(space)?.count(range) ?? 0
  }

  commit(space: string, commit: SpaceCommit, nowMs: number): CommitResult {
    const found = this.#find(space) ?? new MemorySpace()
    const result = found.commit(commit, nowMs)
    // What came to nothing leaves nothing: not even a name.
    if (found.hasBegun) this.#spaces.set(space, found)
    if (commit.isTold && result.outcome === 'done') this.#tell(space)
    return result
  }

  watch(space: string, listener: () => void): () => void {
    this.#requireOpen()
    const listeners = this.#listeners.get(space) ?? new Set()
    this.#listeners.set(space, listeners)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(space)
    }
  }

  names(): readonly string[] {
    this.#requireOpen()
    return [...this.#spaces.keys()]
  }

  drop(space: string): void {
    this.#find(space)?.drop()
    this.#tell(space)
  }

  close(): void {
    this.#isClosed = true
    this.#spaces.clear()
    for (const space of this.#listeners.keys()) this.#tell(space)
  }

  /** Whoever looks begins nothing. */
  #find(space: string): MemorySpace | undefined {
    this.#requireOpen()
    return this.#spaces.get(space)
  }

  #tell(space: string): void {
    for (const listener of [...(this.#listeners.get(space) ?? [])]) listener()
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new UsageError('memory: the backend is closed')
  }
}
