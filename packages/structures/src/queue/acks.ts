/**
 * Acknowledgements of one moment are one commit, and the same as that of the next pull where one follows: who works jobs off one
 * after the other pays for one transaction each. Where one of them comes too late they are made one by one, so that each has its
 * own answer.
 */
import type { CancelTimer, SpaceChange, SpaceCommit, SpaceRecord } from '@stowage/core'
import type { Space } from '../space.ts'
import { LENGTH } from './layout.ts'
import { removal } from './leaving.ts'

const MAX_TOGETHER = 500
/** Turns of the queue of microtasks, in which whoever has acknowledged gets as far as his next pull. Nothing else happens meanwhile. */
const TURNS = 16

interface Pending {
  readonly record: SpaceRecord
  readonly resolve: (isDone: boolean) => void
  readonly reject: (error: unknown) => void
}

/** What was thrown by a commit that may have been made: a job that is gone then may be gone with it. */
interface Doubt {
  readonly error: unknown
}

interface Line {
  readonly acks: Pending[]
  /** At the latest then; undefined: within the moment. */
  cancel: CancelTimer | undefined
  isLeaving: boolean
}

const lines = new WeakMap<Space, Line>()

/**
 * Takes a job out that is still where it was pulled to. False: it was no longer there.
 * @param atMostMs how long it may wait for a pull to go with; 0: for no longer than this moment
 */
export function acknowledge(space: Space, record: SpaceRecord, atMostMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const line = lines.get(space) ?? { acks: [], cancel: undefined, isLeaving: false }
    lines.set(space, line)
    line.acks.push({ record, resolve, reject })
    if (line.isLeaving) return
    if (atMostMs > 0) line.cancel ??= space.clock.schedule(atMostMs, () => leave(space))
    else {
      line.isLeaving = true
      afterTurns(TURNS, () => leave(space))
    }
  })
}

/** Those that wait, for a pull to take along. */
export class Fellows {
  readonly #space: Space
  readonly #acks: readonly Pending[]

  constructor(space: Space) {
    this.#space = space
    this.#acks = taken(space)
  }

  get expect(): SpaceCommit['expect'] {
    return expectOf(this.#acks)
  }

  get changes(): readonly SpaceChange[] {
    return changesOf(this.#acks)
  }

  done(): void {
    for (const { resolve } of this.#acks) resolve(true)
  }

  /** Each by itself, as what they went with has not been made. @param doubt why it may have been, all the same */
  goAlone(doubt?: Doubt): void {
    void takeOut(this.#space, this.#acks, doubt)
  }
}

function taken(space: Space): readonly Pending[] {
  const line = lines.get(space)
  if (line === undefined) return []
  const acks = line.acks.splice(0, MAX_TOGETHER)
  if (line.acks.length === 0) {
    line.cancel?.()
    lines.delete(space)
  }
  return acks
}

/** None waits any longer. */
export function hurry(space: Space): void {
  leave(space)
}

function leave(space: Space): void {
  for (let acks = taken(space); acks.length > 0; acks = taken(space)) void takeOut(space, acks)
}

function afterTurns(count: number, run: () => void): void {
  queueMicrotask(count <= 1 ? run : () => afterTurns(count - 1, run))
}

async function takeOut(space: Space, acks: readonly Pending[], doubt?: Doubt): Promise<void> {
  try {
    const { outcome } = await space.commit({ expect: expectOf(acks), changes: changesOf(acks) })
    if (outcome === 'done') for (const { resolve } of acks) resolve(true)
    else if (acks.length > 1) await Promise.all(acks.map((each) => takeOut(space, [each], doubt)))
    else if (doubt === undefined) for (const { resolve } of acks) resolve(false)
    else for (const { reject } of acks) reject(doubt.error)
  } catch (thrown) {
    for (const { reject } of acks) reject(thrown)
  }
}

function expectOf(acks: readonly Pending[]): SpaceCommit['expect'] {
  return acks.map(({ record: { key, version } }) => ({ key, version }))
}

function changesOf(acks: readonly Pending[]): SpaceChange[] {
  if (acks.length === 0) return []
  const removals = acks.flatMap(({ record }) => removal(record))
  return [...removals, { do: 'add', key: LENGTH, by: -acks.length, max: undefined }]
}
