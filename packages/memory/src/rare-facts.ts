/** What most entries of a page lack: stale windows, guards, a fresh life of more than 49 days. Each has a list once needed. */
import type { EntryGuard } from './entry-guard.ts'

export class RareFacts {
  private readonly slotCount: number
  private storedAt: Float64Array | undefined = undefined
  private errorOnlyAt: Float64Array | undefined = undefined
  private expireAt: Float64Array | undefined = undefined
  private guards: (EntryGuard | undefined)[] | undefined = undefined

  constructor(slotCount: number) {
    this.slotCount = slotCount
  }

  storedAtMs(slot: number): number {
    return this.storedAt?.[slot & 0x7fff] ?? 0
  }

  setStoredAtMs(slot: number, storedAtMs: number): void {
    this.storedAt ??= new Float64Array(this.slotCount)
    this.storedAt[slot & 0x7fff] = storedAtMs
  }

  errorOnlyAtMs(slot: number): number {
    return this.errorOnlyAt?.[slot & 0x7fff] ?? 0
  }

  expireAtMs(slot: number): number {
    return this.expireAt?.[slot & 0x7fff] ?? 0
  }

  setWindows(slot: number, errorOnlyAtMs: number, expireAtMs: number): void {
    this.errorOnlyAt ??= new Float64Array(this.slotCount)
    this.expireAt ??= new Float64Array(this.slotCount)
    this.errorOnlyAt[slot & 0x7fff] = errorOnlyAtMs
    this.expireAt[slot & 0x7fff] = expireAtMs
  }

  guard(slot: number): EntryGuard | undefined {
    return this.guards?.[slot & 0x7fff]
  }

  setGuard(slot: number, guard: EntryGuard): void {
    this.guards ??= new Array<EntryGuard | undefined>(this.slotCount).fill(undefined)
    this.guards[slot & 0x7fff] = guard
  }

  dropGuard(slot: number): void {
    if (this.guards !== undefined) this.guards[slot & 0x7fff] = undefined
  }

  /** Takes over what a smaller page has. */
  copy(smaller: RareFacts): void {
    this.storedAt = lengthened(smaller.storedAt, this.slotCount)
    this.errorOnlyAt = lengthened(smaller.errorOnlyAt, this.slotCount)
    this.expireAt = lengthened(smaller.expireAt, this.slotCount)
    this.guards = smaller.guards?.concat(new Array(this.slotCount - smaller.slotCount).fill(undefined))
  }
}

function lengthened(list: Float64Array | undefined, length: number): Float64Array | undefined {
  if (list === undefined) return undefined
  const longer = new Float64Array(length)
  longer.set(list)
  return longer
}
