/** What the rooms of an open cache share. */
import type { Gate } from '@stowage/core'
import type { Copies } from './copies.ts'
import type { Counts } from './counts.ts'
import type { DiskPace } from './disk-pace.ts'
import type { Journal } from './journal.ts'
import type { Layout } from './layout.ts'
import type { FsPlan } from './options.ts'
import type { Recency } from './recency.ts'
import type { Sections } from './sections.ts'
import type { Spares } from './spares.ts'
import type { UnderWay } from './under-way.ts'
import type { Victims } from './victims.ts'

/** A large write by which those before it can go. */
export interface LatestWrite {
  /** It is where it belongs, or has failed. */
  readonly ended: Promise<void>
}

export interface Store {
  readonly plan: FsPlan
  readonly layout: Layout
  readonly holderId: string
  readonly journal: Journal
  readonly counts: Counts
  readonly sections: Sections
  readonly recency: Recency
  /** Undefined: none are kept. */
  readonly copies: Copies | undefined
  readonly victims: Victims
  readonly spares: Spares
  readonly pace: DiskPace
  readonly underWay: UnderWay
  /** How many files are read off the event loop at once. */
  readonly readGate: Gate
  /** How many files are written off the event loop at once. */
  readonly writeGate: Gate
  /** The newest large write of each entry that is under way in this process. */
  readonly latestWrites: Map<string, LatestWrite>
  /** Folders of which the disk has the names, each with what tells it from a later one (disk-sync.ts). */
  readonly namedFolders: Map<string, string>
  /** Called with each eviction. */
  readonly onEviction: () => void
}
