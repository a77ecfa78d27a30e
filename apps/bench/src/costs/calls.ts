/** The calls whose price a reader asks for, each on entries that are there already, unless it is about those that are not. */
import type { Cache } from '@stowage/core'
import { sampleValue } from '../material/values.ts'

export interface PricedCall {
  readonly title: string
  /** Makes the call so often, one after the other. */
  readonly run: (cache: Cache, count: number) => Promise<void>
  /** Calls of one `run` count as so many. */
  readonly entries?: number
}

const KEY_COUNT = 1_000
const MANY = 100

const keys = Array.from({ length: KEY_COUNT }, (_, at) => ['user', at])
const values = keys.map((_, at) => sampleValue(at, '200 B'))
const keyAt = (at: number) => keys[at % KEY_COUNT] ?? []
const valueAt = (at: number) => values[at % KEY_COUNT]

export async function fill(cache: Cache): Promise<void> {
  await cache.setMany(keys.map((key, at) => [key, valueAt(at)]))
}

export const CALLS: readonly PricedCall[] = [
  { title: '`get`, found', run: (cache, count) => each(count, (at) => cache.get(keyAt(at))) },
  { title: '`get`, not there', run: (cache, count) => each(count, (at) => cache.get(['nobody', at % KEY_COUNT])) },
  {
    title: '`getOrSet`, found',
    run: (cache, count) => each(count, (at) => cache.getOrSet(keyAt(at), () => valueAt(at))),
  },
  {
    title: '`getOrSet`, loaded',
    run: (cache, count) => each(count, (at) => cache.getOrSet(keyAt(at), () => valueAt(at), { fresh: true })),
  },
  { title: '`set`', run: (cache, count) => each(count, (at) => cache.set(keyAt(at), valueAt(at))) },
  {
    title: '`set` with two tags',
    run: (cache, count) =>
      each(count, (at) => cache.set(keyAt(at), valueAt(at), { tags: ['users', `user:${at % 100}`] })),
  },
  {
    title: '`delete`, not there',
    run: (cache, count) => each(count, (at) => cache.delete(['nobody', at % KEY_COUNT])),
  },
  { title: '`increment`', run: (cache, count) => each(count, (at) => cache.increment(['count', at % 10])) },
  {
    title: '`invalidate` of a tag',
    run: (cache, count) => each(count, (at) => cache.invalidate({ tags: [`nothing:${at % 100}`] })),
  },
  {
    title: '`getMany` of 100, per entry',
    entries: MANY,
    run: (cache, count) =>
      each(count, (at) => cache.getMany(keys.slice((at * MANY) % KEY_COUNT, ((at * MANY) % KEY_COUNT) + MANY))),
  },
]

async function each(count: number, call: (at: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < count; at += 1) await call(at)
}
