/**
 * Who may write which key as of when, as the journal tells it (docs/decisions/0002-leases-and-epochs.md). Every process
 * keeps the same table, as each follows the same journal.
 */

/** A load's, which others may have besides, or nobody; or the place of a write that is under way among the writes of its key. */
export const LEASE_KINDS = { fence: 0, exclusive: 1, write: 2 } as const
type LeaseKind = (typeof LEASE_KINDS)[keyof typeof LEASE_KINDS]

export interface HeldLease {
  readonly token: string
  readonly kind: LeaseKind
  /** The epoch when it was taken: tags that were invalidated later void a write that names them. */
  readonly epoch: number
  untilMs: number
}

/** As it is written down. */
export type LeaseRow = readonly [key: string, token: string, kind: LeaseKind, epoch: number, untilMs: number]

export class LeaseTable {
  readonly #byKey = new Map<string, HeldLease[]>()
  #count = 0

  get count(): number {
    return this.#count
  }

  has(key: string): boolean {
    return this.#byKey.has(key)
  }

  of(key: string, token: string): HeldLease | undefined {
    return this.#byKey.get(key)?.find((held) => held.token === token)
  }

  /** In the order in which they were taken. */
  allOf(key: string): readonly HeldLease[] {
    return this.#byKey.get(key) ?? []
  }

  add([key, token, kind, epoch, untilMs]: LeaseRow): void {
    const held = { token, kind, epoch, untilMs }
    const others = this.#byKey.get(key)
    if (others === undefined) this.#byKey.set(key, [held])
    else others.push(held)
    this.#count++
  }

  remove(key: string, token: string): void {
    const held = this.#byKey.get(key)
    const at = held?.findIndex((each) => each.token === token) ?? -1
    if (held === undefined || at < 0) return
    held.splice(at, 1)
    if (held.length === 0) this.#byKey.delete(key)
    this.#count--
  }

  removeKey(key: string): void {
    this.#count -= this.#byKey.get(key)?.length ?? 0
    this.#byKey.delete(key)
  }

  clear(): void {
    this.#byKey.clear()
    this.#count = 0
  }

  keys(): Iterable<string> {
    return this.#byKey.keys()
  }

  *rows(): Generator<LeaseRow> {
    for (const [key, leases] of this.#byKey) {
      for (const { token, kind, epoch, untilMs } of leases) yield [key, token, kind, epoch, untilMs]
    }
  }
}
