/**
 * Acknowledgements of one moment are one commit. Where one of them comes too late they are made one by one, so that each has its
 * own answer.
 */
import type { SpaceRecord } from '@stowage/core'
import type { Space } from '../space.ts'
import { LENGTH } from './layout.ts'
import { removal } from './pushing.ts'

const MAX_TOGETHER = 500

interface Pending {
  readonly record: SpaceRecord
  readonly resolve: (isDone: boolean) => void
  readonly reject: (error: unknown) => void
}

const acksOf = new WeakMap<Space, Pending[]>()

/** Takes a job out that is still where it was pulled to. False: it was no longer there. */
export function acknowledge(space: Space, record: SpaceRecord): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const pending = acksOf.get(space) ?? []
    acksOf.set(space, pending)
    pending.push({ record, resolve, reject })
    if (pending.length === 1) queueMicrotask(() => flush(space))
  })
}

function flush(space: Space): void {
  const pending = acksOf.get(space) ?? []
  acksOf.delete(space)
  for (let at = 0; at < pending.length; at += MAX_TOGETHER) void takeOut(space, pending.slice(at, at + MAX_TOGETHER))
}

async function takeOut(space: Space, pending: readonly Pending[]): Promise<void> {
  try {
    if (await isCommitted(space, pending)) for (const { resolve } of pending) resolve(true)
    else if (pending.length === 1) for (const { resolve } of pending) resolve(false)
    else await Promise.all(pending.map((each) => takeOut(space, [each])))
  } catch (thrown) {
    for (const { reject } of pending) reject(thrown)
  }
}

async function isCommitted(space: Space, pending: readonly Pending[]): Promise<boolean> {
  const { outcome } = await space.commit({
    expect: pending.map(({ record: { key, version } }) => ({ key, version })),
    changes: [
      ...pending.flatMap(({ record }) => removal(record)),
      { do: 'add', key: LENGTH, by: -pending.length, max: undefined },
    ],
  })
  return outcome === 'done'
}
