/**
 * Whether each job with an id is paired with the record of its id, and the other way round. A job whose id is not written down lets a
 * second one in; an id without a job keeps every job of that id out for ever.
 */
import type { SpaceRecord } from '@stowage/core'
import { type Examination, pagesOf } from '../examination.ts'
import type { Space } from '../space.ts'
import { ALL_DEAD, ALL_IDS, ALL_LIVE, idKey } from './layout.ts'
import { givenId, idIfReadable } from './letter.ts'

/** So many ids are looked for at a time: what a check holds in memory. */
const WINDOW = 100_000
/** A job that moves while it is looked for may be passed by, twice hardly. */
const LOOKS = 2

/** @param jobs sound ones */
export async function checkIdsOf(examination: Examination, jobs: readonly SpaceRecord[]): Promise<void> {
  const { space } = examination
  const named = jobs.flatMap((job) => {
    const id = givenId(job)
    return id === undefined ? [] : [{ job, key: idKey(id) }]
  })
  const ids = await space.getAll(named.map(({ key }) => key))
  for (const [at, { job, key }] of named.entries()) {
    if (ids[at] !== undefined) continue
    // One moment, in which both are looked at.
    const [still, id] = await space.getAll([job.key, key])
    if (still?.version !== job.version || id !== undefined) continue
    examination.unpaired++
    await examination.repair([job, { key, version: 0 }], [{ do: 'put', key, value: '', moveCount: 0 }])
  }
}

export async function checkIds(examination: Examination): Promise<void> {
  let ids = new Map<string, number>()
  for await (const page of pagesOf(examination.space, ALL_IDS)) {
    for (const { key, version } of page) ids.set(key, version)
    if (ids.size < WINDOW) continue
    await checkWindow(examination, ids)
    ids = new Map()
  }
  await checkWindow(examination, ids)
}

async function checkWindow(examination: Examination, ids: Map<string, number>): Promise<void> {
  for (let look = 0; look < LOOKS && ids.size > 0; look++) await takeOutKnown(examination.space, ids)
  for (const [key, version] of ids) {
    if ((await examination.space.get(key))?.version !== version) continue
    examination.unpaired++
    await examination.repair([{ key, version }], [{ do: 'delete', key }])
  }
}

async function takeOutKnown(space: Space, ids: Map<string, number>): Promise<void> {
  for (const range of [ALL_DEAD, ALL_LIVE]) {
    for await (const page of pagesOf(space, range)) {
      for (const job of page) {
        const id = idIfReadable(job)
        if (id !== undefined) ids.delete(idKey(id))
      }
    }
  }
}
