/**
 * What says whether a stored entry is still valid, and who may write: the fold of all that the journal tells. An epoch is the number of
 * invalidations so far; an entry is valid while nothing that covers it has a younger one.
 *
 * `generation` names one life of the journal. Entries of another life are not trusted: with a lost journal, what had been
 * invalidated is lost as well.
 */
import { type LeaseRow, LeaseTable } from './lease-table.ts'

/** One line of the journal. */
export type MarkEvent =
  /** The beginning: everything there is to know. */
  | {
      readonly k: 'state'
      readonly generation: number
      readonly epoch: number
      readonly cleared: number
      readonly floor: number
      readonly distrust: number
      readonly start: number
      readonly gaps: readonly Gap[]
      readonly tags: readonly (readonly [tag: string, version: number])[]
      readonly leases: readonly LeaseRow[]
    }
  | { readonly k: 'tags'; readonly tags: readonly string[] }
  | { readonly k: 'all' }
  /** Nothing that was invalidated before is stored any more: tags invalidated before may be forgotten. */
  | { readonly k: 'floor'; readonly epoch: number }
  /** There are too many tags: all are forgotten, and entries that have any are not trusted. */
  | { readonly k: 'distrust' }
  | { readonly k: 'take'; readonly lease: LeaseRow }
  | { readonly k: 'renew'; readonly key: string; readonly token: string; readonly untilMs: number }
  | { readonly k: 'drop'; readonly key: string; readonly token: string }
  | { readonly k: 'void'; readonly key: string }
  /** The machine was started anew: by a power cut the journal may have lost its last lines, but not entries that were stamped by those. */
  | { readonly k: 'start'; readonly start: number }

/** Epochs between these two were lost. */
type Gap = readonly [after: number, before: number]

/** More than are ever lost at once; the numbers last for two million starts. */
const LEAP = 2 ** 32
/** What was stored before as many starts is not trusted any more. */
const MAX_GAPS = 64

/** What an entry carries of it. */
export interface Stamp {
  readonly generation: number
  readonly epoch: number
}

export class Marks {
  generation: number = Number.NaN
  epoch = 0
  cleared = 0
  floor = 0
  distrust = 0
  start: number = Number.NaN
  gaps: readonly Gap[] = []
  readonly tags: Map<string, number> = new Map()
  readonly leases: LeaseTable = new LeaseTable()

  apply(event: MarkEvent): void {
    switch (event.k) {
      case 'state':
        this.#begin(event)
        return
      case 'tags':
        this.epoch++
        for (const tag of event.tags) this.tags.set(tag, this.epoch)
        return
      case 'all':
        this.epoch++
        this.cleared = this.epoch
        this.tags.clear()
        this.leases.clear()
        return
      case 'floor':
        this.floor = event.epoch
        for (const [tag, version] of this.tags) if (version <= event.epoch) this.tags.delete(tag)
        return
      case 'distrust':
        this.epoch++
        this.distrust = this.epoch
        this.tags.clear()
        return
      case 'take':
        this.leases.add(event.lease)
        return
      case 'renew': {
        const held = this.leases.of(event.key, event.token)
        if (held !== undefined) held.untilMs = event.untilMs
        return
      }
      case 'drop':
        this.leases.remove(event.key, event.token)
        return
      case 'void':
        this.leases.removeKey(event.key)
        return
      case 'start':
        this.#leap(event.start)
    }
  }

  /** Whether an entry with this stamp and these tags has been invalidated. */
  isOutdated({ generation, epoch }: Stamp, tags: readonly string[]): boolean {
    if (generation !== this.generation || epoch < this.cleared || epoch > this.epoch) return true
    for (const [after, before] of this.gaps) if (after < epoch && epoch < before) return true
    for (const tag of tags) if ((this.tags.get(tag) ?? this.distrust) > epoch) return true
    return false
  }

  /** Whether a lease as old as that may write an entry with these tags. A tag forgotten since is one not to be trusted. */
  mayWrite(leaseEpoch: number, tags: readonly string[]): boolean {
    const forgotten = Math.max(this.floor, this.distrust)
    return !tags.some((tag) => (this.tags.get(tag) ?? forgotten) > leaseEpoch)
  }

  /** All there is to know, without the leases that have ended. */
  state(nowMs: number): MarkEvent {
    const { generation, epoch, cleared, floor, distrust, start, gaps } = this
    const leases = [...this.leases.rows()].filter(([, , , , untilMs]) => nowMs < untilMs)
    return { k: 'state', generation, epoch, cleared, floor, distrust, start, gaps, tags: [...this.tags], leases }
  }

  #leap(start: number): void {
    this.start = start
    const gaps = [...this.gaps, [this.epoch, this.epoch + LEAP] as const]
    this.epoch += LEAP
    this.cleared = Math.max(this.cleared, ...gaps.slice(0, -MAX_GAPS).map(([, before]) => before))
    this.gaps = gaps.slice(-MAX_GAPS)
  }

  #begin(state: Extract<MarkEvent, { k: 'state' }>): void {
    const { generation, epoch, cleared, floor, distrust, start, gaps, tags, leases } = state
    this.start = start
    this.gaps = gaps
    this.generation = generation
    this.epoch = epoch
    this.cleared = cleared
    this.floor = floor
    this.distrust = distrust
    this.tags.clear()
    for (const [tag, version] of tags) this.tags.set(tag, version)
    this.leases.clear()
    for (const lease of leases) this.leases.add(lease)
  }
}
