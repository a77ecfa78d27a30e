/** One space in memory. Every operation is one step of the event loop, and so alone. */
import {
  type CommitResult,
  isSumOver,
  movedCount,
  nextSpaceVersion,
  requireCommit,
  requireNumber,
  type SpaceChange,
  type SpaceCommit,
  type SpaceRange,
  type SpaceRecord,
  type SpaceScan,
  type SpaceValue,
  spaceStamp,
} from '@stowage/core'
import { SortedKeys } from './sorted-keys.ts'

export class MemorySpace {
  readonly #records = new Map<string, SpaceRecord>()
  #keys = new SortedKeys()
  #version = 0

  /** Whether there has been anything in it. */
  get hasBegun(): boolean {
    return this.#version > 0
  }

  get(key: string): SpaceRecord | undefined {
    return copied(this.#records.get(key))
  }

  scan({ from, to, limit, isReversed }: SpaceScan): SpaceRecord[] {
    const [begin, end] = this.#ranks({ from, to })
    const keys = isReversed
      ? this.#keys.slice(Math.max(begin, end - limit), end).reverse()
      : this.#keys.slice(begin, Math.min(end, begin + limit))
    return keys.flatMap((key) => this.get(key) ?? [])
  }

  count(range: SpaceRange): number {
    const [begin, end] = this.#ranks(range)
    return Math.max(0, end - begin)
  }

  commit(commit: SpaceCommit, nowMs: number): CommitResult {
    requireCommit(commit)
    const { expect, changes } = commit
    if (expect.some(({ key, version }) => (this.#records.get(key)?.version ?? 0) !== version)) {
      return { outcome: 'conflict', found: expect.map(({ key }) => this.get(key)) }
    }
    if (this.#isOver(changes)) return OVER
    const version = nextSpaceVersion(this.#version, nowMs)
    const moved: SpaceRecord[][] = []
    const sums: number[] = []
    let appendCount = 0
    for (const change of changes) {
      if (change.do === 'put') this.#put(change.key, { ...change, version })
      else if (change.do === 'append') {
        const key = change.prefix + spaceStamp(version, appendCount++)
        this.#put(key, { value: change.value, version, moveCount: 0 })
      } else if (change.do === 'delete') this.#delete(change.key)
      else if (change.do === 'add') sums.push(this.#add(change.key, change.by, version))
      else moved.push(this.#move(change, version))
    }
    // A commit that came to nothing, such as a move of none, takes no number.
    if (changes.some((change) => change.do !== 'move') || moved.some(({ length }) => length > 0))
      this.#version = version
    return { outcome: 'done', version, moved, sums }
  }

  drop(): void {
    this.#records.clear()
    this.#keys = new SortedKeys()
  }

  #isOver(changes: readonly SpaceChange[]): boolean {
    return changes.some((change) => change.do === 'add' && isSumOver(this.#number(change.key) + change.by, change.max))
  }

  #number(key: string): number {
    return requireNumber(this.#records.get(key))
  }

  #add(key: string, by: number, version: number): number {
    const sum = this.#number(key) + by
    this.#put(key, { value: String(sum), version, moveCount: 0 })
    return sum
  }

  #move(change: SpaceChange & { do: 'move' }, version: number): SpaceRecord[] {
    const { range, limit, aheadFrom, cut, into, isCounted } = change
    const first = this.scan({ ...range, limit, isReversed: false })
    return first.slice(0, movedCount(first, aheadFrom)).map((record) => {
      this.#delete(record.key)
      const key = into + record.key.slice(cut)
      const moved = { ...record, key, version, moveCount: record.moveCount + (isCounted ? 1 : 0) }
      this.#put(key, moved)
      return moved
    })
  }

  #put(key: string, { value, version, moveCount }: Omit<SpaceRecord, 'key'>): void {
    if (!this.#records.has(key)) this.#keys.add(key)
    this.#records.set(key, { key, value: ownValue(value), version, moveCount })
  }

  #delete(key: string): void {
    if (this.#records.delete(key)) this.#keys.delete(key)
  }

  #ranks({ from, to }: SpaceRange): [begin: number, end: number] {
    return [this.#keys.rankOf(from), to === undefined ? this.#keys.count : this.#keys.rankOf(to)]
  }
}

const OVER: CommitResult = { outcome: 'over' }

/** Bytes are the caller's own, in both directions. */
function ownValue(value: SpaceValue): SpaceValue {
  return typeof value === 'string' ? value : Uint8Array.from(value)
}

function copied(record: SpaceRecord | undefined): SpaceRecord | undefined {
  return record === undefined || typeof record.value === 'string'
    ? record
    : { ...record, value: ownValue(record.value) }
}
