/** Opening the folder of a cache: the place is made fit, this process enrols, and the files that all follow are read or begun. */
import { Gate } from '@stowage/core'
import { Ballast } from './ballast.ts'
import { letGo } from './closing.ts'
import { Copies } from './copies.ts'
import { Counts } from './counts.ts'
import { DirectoryLock } from './directory-lock.ts'
import { DiskPace } from './disk-pace.ts'
import { statExactly } from './file-identity.ts'
import { kindOf, refusalOfLinks } from './filesystem.ts'
import { enrol, newHolderId, startNumber } from './holder.ts'
import type { Turn } from './holding.ts'
import { Journal } from './journal.ts'
import { limitWarning } from './limit-warning.ts'
import type { FsPlan } from './options.ts'
import { asPlaceFault, preparePlace } from './place.ts'
import { rebuild, settleEmpty } from './rebuild.ts'
import { Recency } from './recency.ts'
import { relieveDisk } from './room.ts'
import { Sections } from './sections.ts'
import { Spares } from './spares.ts'
import type { Store } from './store.ts'
import { UnderWay } from './under-way.ts'
import { Victims } from './victims.ts'

/** Files of large values that are read at once. */
const READ_WIDTH = 8
/** Files of large values that are written at once: the thread pool has four threads. */
const WRITE_WIDTH = 4

/** @throws ConfigError when the folder is not fit for a cache, or what the filesystem throws. */
export function openStore(plan: FsPlan): Store {
  try {
    return openAsItIs(plan)
  } catch (thrown) {
    throw asPlaceFault(plan.directory, 'used', thrown)
  }
}

function openAsItIs(plan: FsPlan): Store {
  const layout = preparePlace(plan)
  let known = statExactly(layout.directory)
  const holderId = newHolderId()
  const ballast = new Ballast(layout.ballast)
  const begin = (): void => ballast.spentFor(() => enrol(layout.holders, holderId))
  begin()
  const journal = new Journal(layout.journal, plan.durability)
  const counts = new Counts(layout.counts, startNumber)
  const lock = new DirectoryLock(layout, holderId, () => {
    sections.doubtAll()
    rebuild(store)
  })
  const restore = (): void => {
    preparePlace(plan, kindOf, known)
    known = statExactly(layout.directory)
    begin()
  }
  const relieve = (turn: Turn, keptPath: string, nowMs: number): void => {
    relieveDisk(store, turn, { bytes: 0, keptPath }, nowMs)
  }
  const sections = new Sections({ lock, journal, counts, restore, ballast, relieve })
  const recency = new Recency(plan.eviction === 'lru')
  const victims = new Victims(layout, recency)
  const store: Store = {
    plan,
    layout,
    holderId,
    journal,
    counts,
    sections,
    recency,
    copies: plan.memoryBytes > 0 ? new Copies(plan.memoryBytes) : undefined,
    victims,
    spares: new Spares(),
    pace: new DiskPace(),
    underWay: new UnderWay(),
    readGate: new Gate(READ_WIDTH),
    writeGate: new Gate(WRITE_WIDTH),
    latestWrites: new Map(),
    namedFolders: new Map(),
    onEviction: limitWarning(plan),
  }
  try {
    sections.runIfFree(0, (turn) => {
      settleEmpty(store, turn)
      ballast.restore()
    })
  } catch (thrown) {
    letGo(store)
    throw refusalOfLinks(layout.directory, thrown)
  }
  rebuild(store)
  return store
}
