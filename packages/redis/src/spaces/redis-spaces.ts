/**
 * The spaces of a redis backend: each in one hash slot, so that a commit is one script on one server, alone or in a Cluster. Names of
 * keys: the backend's prefix, `s:{` the encoded name `}` and a letter.
 *
 * Versions come of the server's clock and of the last one, whichever is more: they rise on when a master is lost with its last
 * commits, and a lock's fencing token stays above those that were given out before.
 */
import {
  type CommitResult,
  requireCommit,
  type SpaceCommit,
  type SpaceRange,
  type SpaceRecord,
  type SpaceScan,
  type Spaces,
} from '@stowage/core'
import { bytesIfAny, listOf, numberOf, textOf } from '../reply.ts'
import type { Wire } from '../wire.ts'
import { EvictionGuard } from './eviction-guard.ts'
import { COMMIT, DROP, SCAN_RANGE } from './space-scripts.ts'
import { commitArguments, commitResult, recordOf, recordsOf } from './space-text.ts'
import { SpaceWatch } from './space-watch.ts'

/** Names may be made of anything, such as a user's; beyond so many all are forgotten, which costs each one command. */
const MAX_KNOWN = 10_000

interface Keys {
  readonly records: string
  readonly all: readonly string[]
  isNamed: boolean
}

export class RedisSpaces implements Spaces {
  readonly #wire: Wire
  readonly #prefix: string
  readonly #channel: string
  readonly #guard: EvictionGuard
  readonly #watch: SpaceWatch
  readonly #keys = new Map<string, Keys>()

  constructor(wire: Wire, prefix: string) {
    this.#wire = wire
    this.#prefix = prefix
    this.#channel = `${prefix}spaces`
    this.#guard = new EvictionGuard(wire)
    this.#watch = new SpaceWatch(wire, this.#channel)
  }

  async get(space: string, keys: readonly string[]): Promise<readonly (SpaceRecord | undefined)[]> {
    if (keys.length === 0) return []
    const found = listOf(await this.#wire.call(['hmget', this.#of(space).records, ...keys]))
    return keys.map((key, at) => {
      const record = bytesIfAny(found[at])
      return record === undefined ? undefined : recordOf(key, record)
    })
  }

  async scan(space: string, { from, to, limit, isReversed }: SpaceScan): Promise<readonly SpaceRecord[]> {
    const args = [from, to ?? '', String(limit), isReversed ? '1' : '0']
    return recordsOf(await this.#wire.run(SCAN_RANGE, this.#of(space).all, args))
  }

  async count(space: string, { from, to }: SpaceRange): Promise<number> {
    const [, keys = ''] = this.#of(space).all
    return numberOf(await this.#wire.call(['zlexcount', keys, `[${from}`, to === undefined ? '+' : `(${to}`]))
  }

  async commit(space: string, commit: SpaceCommit): Promise<CommitResult> {
    requireCommit(commit)
    const keys = this.#of(space)
    const looking = this.#guard.requireKept()
    if (looking !== undefined) await looking
    if (!keys.isNamed) await this.#name(space, keys)
    const args = [commit.isTold ? '1' : '0', this.#channel, space, ...commitArguments(commit)]
    return commitResult(await this.#wire.run(COMMIT, keys.all, args), commit)
  }

  watch(space: string, listener: () => void): () => void {
    this.#wire.requireOpen()
    return this.#watch.add(space, listener)
  }

  async names(): Promise<readonly string[]> {
    return listOf(await this.#wire.call(['smembers', this.#channel])).map(textOf)
  }

  async drop(space: string): Promise<void> {
    await this.#wire.run(DROP, this.#of(space).all, [this.#channel, space])
  }

  /** The wire is closed by the backend. */
  stop(): void {
    this.#watch.stop()
  }

  /** Once for each space and process, apart from its commits: all names are in one key, which is in another slot. */
  async #name(space: string, keys: Keys): Promise<void> {
    await this.#wire.call(['sadd', this.#channel, space])
    keys.isNamed = true
  }

  #of(space: string): Keys {
    const known = this.#keys.get(space)
    if (known !== undefined) return known
    const root = `${this.#prefix}s:{${encodeURIComponent(space)}}`
    const keys = { records: `${root}r`, all: [`${root}r`, `${root}k`, `${root}v`], isNamed: false }
    if (this.#keys.size >= MAX_KNOWN) this.#keys.clear()
    this.#keys.set(space, keys)
    return keys
  }
}
