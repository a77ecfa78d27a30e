/** A durable map in the order of its keys: what is set stays until it is deleted. */
import {
  type Backend,
  type Codec,
  ConfigError,
  defaultCodec,
  describe,
  ownOptions,
  positiveCount,
  requireFunction,
  requireKnownOptions,
  type SpaceChange,
  type SpaceRange,
  UsageError,
  yieldToLoop,
} from '@stowage/core'
import { seal, unseal } from '../envelope.ts'
import { type CheckOptions, repairIn, type StructureReport } from '../examination.ts'
import { openSpace, type Space, type StructureOptions } from '../space.ts'
import { Fence } from './fence.ts'
import { checkIndex } from './index-check.ts'
import { afterPrefix, type IndexKey, readKey, writeKey, writePrefix } from './index-key.ts'

export interface IndexOptions extends StructureOptions {
  /** How values become bytes. Default: core's. */
  readonly codec?: Codec
}

export type IndexEntry<Key, Value> = readonly [key: Key, value: Value]

export interface IndexRange<Key> {
  /** From this key on. */
  readonly from?: Key
  /** Before this key. */
  readonly to?: Key
  /** Texts that begin with these characters, or lists that begin with these elements; not with `from` or `to`. */
  readonly prefix?: IndexKey
  /** From the end. */
  readonly reverse?: boolean
  readonly limit?: number
}

export interface FenceOptions {
  /** The fencing token of a lock: refused when a higher one has written to this index. */
  readonly fence?: number
}

export interface IndexStats {
  readonly entries: number
  /** The highest fencing token that has written; undefined: none has. */
  readonly fence: number | undefined
}

export interface OrderedIndex<Key extends IndexKey, Value> {
  readonly name: string
  get(key: Key): Promise<Value | undefined>
  has(key: Key): Promise<boolean>
  /** `superseded`: the fencing token is an old one, and nothing was changed. */
  set(key: Key, value: Value, options?: FenceOptions): Promise<'stored' | 'superseded'>
  /** In their order; up to 500 are one step: all or none of them. */
  setMany(entries: Iterable<IndexEntry<Key, Value>>): Promise<void>
  /** `absent`: it was not there; the fencing token has been seen all the same. `superseded`: as {@link set}. */
  delete(key: Key, options?: FenceOptions): Promise<'deleted' | 'absent' | 'superseded'>
  /** Reads, changes and writes as one step; `change` may run again where somebody else was faster. Undefined: it is deleted. */
  update(key: Key, change: (old: Value | undefined) => Value | undefined): Promise<Value | undefined>
  first(range?: IndexRange<Key>): Promise<IndexEntry<Key, Value> | undefined>
  last(range?: IndexRange<Key>): Promise<IndexEntry<Key, Value> | undefined>
  /** In order. What is written meanwhile may be among them or not. */
  entries(range?: IndexRange<Key>): AsyncIterable<IndexEntry<Key, Value>>
  /** Counts what is there, which takes a sqlite file a few milliseconds for each 100,000. */
  size(range?: IndexRange<Key>): Promise<number>
  stats(): Promise<IndexStats>
  check(options?: CheckOptions): Promise<StructureReport>
  /** Takes out what is there, in steps of up to 500; what is written meanwhile may go or stay. The highest fencing token stays. */
  clear(): Promise<void>
}

/** What all keys of entries begin with; the fence is beside them. */
const ENTRY = 'e/'
const AFTER_ENTRIES = 'e0'
const PAGE = 200
const RANGE_OPTIONS = ['from', 'to', 'prefix', 'reverse', 'limit'] as const
const MAX_TOGETHER = 500

/** @throws ConfigError for a backend that cannot keep one, a name that is none, or an option out of range */
export function createIndex<Value, Key extends IndexKey = string>(
  backend: Backend,
  name: string,
  options: IndexOptions = {},
): OrderedIndex<Key, Value> {
  requireKnownOptions('createIndex', options, ['clock', 'codec'])
  return new SpaceIndex<Key, Value>(openSpace('index', backend, name, options), name, options.codec ?? defaultCodec)
}

class SpaceIndex<Key extends IndexKey, Value> implements OrderedIndex<Key, Value> {
  readonly name: string
  readonly #space: Space
  readonly #codec: Codec
  readonly #fence: Fence

  constructor(space: Space, name: string, codec: Codec) {
    this.#space = space
    this.name = name
    this.#codec = codec
    this.#fence = new Fence(space)
  }

  async get(key: Key): Promise<Value | undefined> {
    const record = await this.#space.get(place(key))
    return record === undefined ? undefined : this.#valueIn(record.value)
  }

  async has(key: Key): Promise<boolean> {
    return (await this.#space.get(place(key))) !== undefined
  }

  async set(key: Key, value: Value, options: FenceOptions = {}): Promise<'stored' | 'superseded'> {
    requireKnownOptions('set', options, ['fence'])
    const isDone = await this.#fence.write([this.#put(key, value)], options.fence)
    return isDone ? 'stored' : 'superseded'
  }

  async setMany(entries: Iterable<IndexEntry<Key, Value>>): Promise<void> {
    const changes = pairs(entries).map(([key, value]) => this.#put(key, value))
    for (let at = 0; at < changes.length; at += MAX_TOGETHER) {
      await this.#space.apply(...changes.slice(at, at + MAX_TOGETHER))
    }
  }

  async delete(key: Key, options: FenceOptions = {}): Promise<'deleted' | 'absent' | 'superseded'> {
    requireKnownOptions('delete', options, ['fence'])
    const at = place(key)
    return this.#space.change<'deleted' | 'absent' | 'superseded'>(at, async (record) => {
      const guard = await this.#fence.guard(options.fence)
      if (guard === undefined) return { commit: undefined, answer: () => 'superseded' }
      // Also where nothing is there: an older holder that wakes up may be about to write it.
      const changes: readonly SpaceChange[] =
        record === undefined ? guard.changes : [{ do: 'delete', key: at }, ...guard.changes]
      return {
        commit: changes.length === 0 ? undefined : { expect: guard.expect, changes },
        answer: () => (record === undefined ? 'absent' : 'deleted'),
      }
    })
  }

  async update(key: Key, change: (old: Value | undefined) => Value | undefined): Promise<Value | undefined> {
    requireFunction('update: change', change)
    return this.#space.change<Value | undefined>(place(key), (record) => {
      const value = change(record === undefined ? undefined : this.#valueIn(record.value))
      const answer = (): Value | undefined => value
      if (value !== undefined) return { commit: { changes: [this.#put(key, value)] }, answer }
      return { commit: record && { changes: [{ do: 'delete', key: place(key) }] }, answer }
    })
  }

  async first(range: IndexRange<Key> = {}): Promise<IndexEntry<Key, Value> | undefined> {
    requireKnownOptions('first', range, RANGE_OPTIONS)
    for await (const entry of this.entries({ ...ownOptions(range, RANGE_OPTIONS), limit: 1 })) return entry
    return undefined
  }

  async last(range: IndexRange<Key> = {}): Promise<IndexEntry<Key, Value> | undefined> {
    requireKnownOptions('last', range, RANGE_OPTIONS)
    return this.first({ ...ownOptions(range, RANGE_OPTIONS), reverse: range.reverse !== true })
  }

  async *entries(range: IndexRange<Key> = {}): AsyncGenerator<IndexEntry<Key, Value>> {
    requireKnownOptions('entries', range, RANGE_OPTIONS)
    const { reverse = false, limit } = range
    let left = limit === undefined ? Number.POSITIVE_INFINITY : positiveCount('limit', limit)
    for (let rest = bounds(range); left > 0; ) {
      const count = Math.min(left, PAGE)
      const page = await this.#space.scan(rest, count, reverse)
      // What this index wrote under a key of its type: the caller's own.
      for (const { key, value } of page) yield [readKey(key.slice(ENTRY.length)) as Key, this.#valueIn(value)]
      const last = page.at(-1)
      if (last === undefined || page.length < count) return
      // Whatever answers at once would not let it turn.
      await yieldToLoop()
      left -= count
      // The next text there can be is the same with the lowest character behind it.
      rest = reverse ? { ...rest, to: last.key } : { ...rest, from: `${last.key}\u0001` }
    }
  }

  async size(range: IndexRange<Key> = {}): Promise<number> {
    requireKnownOptions('size', range, ['from', 'to', 'prefix'])
    return this.#space.count(bounds(range))
  }

  async stats(): Promise<IndexStats> {
    const [entries, fence] = await Promise.all([entryCount(this.#space), this.#fence.highest()])
    return { entries, fence }
  }

  async check(options?: CheckOptions): Promise<StructureReport> {
    return checkIndex(this.#space, repairIn(options), this.#codec)
  }

  /** One after the other: what says which fencing tokens are old must outlive the entries. */
  async clear(): Promise<void> {
    for (let rest = bounds({}); ; ) {
      const page = await this.#space.scan(rest, MAX_TOGETHER)
      const last = page.at(-1)
      if (last === undefined) return
      await this.#space.apply(...page.map(({ key }): SpaceChange => ({ do: 'delete', key })))
      rest = { ...rest, from: `${last.key}\u0001` }
    }
  }

  #put(key: Key, value: Value): SpaceChange {
    return { do: 'put', key: place(key), value: seal(this.#codec, value, ''), moveCount: 0 }
  }

  #valueIn(sealed: string | Uint8Array): Value {
    // What this index wrote: the caller's own type.
    return unseal(this.#codec, sealed).value as Value
  }
}

export function entryCount(space: Space): Promise<number> {
  return space.count(bounds({}))
}

/** @throws UsageError for what is no list of pairs: a Map is one */
function pairs<Key, Value>(entries: Iterable<IndexEntry<Key, Value>>): readonly IndexEntry<Key, Value>[] {
  const isList = typeof entries === 'object' && entries !== null && Symbol.iterator in entries
  const list = isList ? [...entries] : []
  const wrongAt = list.findIndex((entry) => !Array.isArray(entry))
  if (isList && wrongAt < 0) return list
  throw new UsageError(
    `setMany: ${describe(isList ? list[wrongAt] : entries)} is not allowed; allowed: entries, each as [key, value]`,
  )
}

function place(key: IndexKey): string {
  return ENTRY + writeKey(key)
}

function bounds({ from, to, prefix }: IndexRange<IndexKey>): SpaceRange {
  if (prefix !== undefined) {
    if (from !== undefined || to !== undefined) {
      throw new ConfigError('prefix: not with from or to; allowed: one or the other')
    }
    const begin = ENTRY + writePrefix(prefix)
    return { from: begin, to: afterPrefix(begin) }
  }
  return { from: from === undefined ? ENTRY : place(from), to: to === undefined ? AFTER_ENTRIES : place(to) }
}
