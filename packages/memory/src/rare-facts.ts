/** What most entries of a page lack: stale windows and guards. Each has a list once needed. */
import type { EntryGuard } from './entry-guard.ts'

export class RareFacts {
  private readonly slotCount: number
  private errorOnlyAt: Float64Array | undefined = undefined
  private expireAt: Float64Array | undefined = undefined
  private guards: (EntryGuard | undefined)[] | undefined = undefined

  constructor(slotCount: number) {
    this.slotCount = slotCount
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
