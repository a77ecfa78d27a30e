/**
 * Which master of a Cluster has which of our slots, by each one's own word. Keys of a slot that is being moved go over one by one: a
 * walk over all masters may look at one before they arrive there, and at the other after they have left.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { mastersOf, type ServerClient } from './client.ts'
import { textOf } from './reply.ts'
import type { Store } from './store.ts'

const POLL_MS = 100
/** Moving a slot takes milliseconds to seconds. What takes longer is said, and tried again by who asked. */
const MAX_POLLS = 100

export interface SlotOwners {
  readonly masters: readonly ServerClient[]
  /** Another text: a slot has been moved meanwhile, or a replica has taken its master's place. */
  readonly text: string
}

/**
 * Once each slot is in one place.
 *
 * @param onProgress called after each look
 * @throws Error when that takes too long
 */
export async function settledSlotOwners(store: Store, onProgress: (() => void) | undefined): Promise<SlotOwners> {
  for (let polls = 0; polls < MAX_POLLS; polls++) {
    const masters = await store.wire.connected(mastersOf)
    const shares = await Promise.all(masters.map((master) => shareOf(store, master)))
    onProgress?.()
    const isSettled = store.layout.places.every(
      ({ slot = 0 }) => !shares.some((share) => share.isMoving(slot)) && shares.some((share) => share.has(slot)),
    )
    if (isSettled) return { masters, text: shares.map(({ text }) => text).join('\n') }
    store.wire.lookForServers()
    await pause(POLL_MS)
  }
  throw new Error('slots of the cluster are still being moved, and entries that are on their way cannot be found')
}

interface Share {
  readonly text: string
  has(slot: number): boolean
  isMoving(slot: number): boolean
}

/**
 * What a server's CLUSTER NODES says of itself, by its epoch among the others: `id address myself,master - 0 0 3 connected 0-5460`,
 * then `[93->-id]` for each slot that is leaving it and `[77-<-id]` for each that is arriving.
 */
async function shareOf({ wire }: Store, master: ServerClient): Promise<Share> {
  const lines = textOf(await wire.call(['cluster', 'nodes'], master)).split('\n')
  const own = lines.find((line) => line.split(' ')[2]?.startsWith('myself')) ?? ''
  const [, , , , , , epoch = '', , ...slots] = own.trim().split(' ')
  const ranges = slots.filter((part) => /^\d/.test(part)).map((part) => part.split('-').map(Number))
  const moving = new Set(slots.map((part) => Number(/^\[(\d+)-/.exec(part)?.[1])))
  return {
    text: [epoch, ...slots].join(' '),
    has: (slot) => ranges.some(([first = 0, last = first]) => slot >= first && slot <= last),
    isMoving: (slot) => moving.has(slot),
  }
}
