/**
 * One space of a backend, as the structures use it: named by kind and name, with the clock, and with what the backend throws
 * told as a BackendError of this structure's operation.
 */
import {
  type Backend,
  BackendError,
  type Clock,
  type CommitResult,
  ConfigError,
  describe,
  requireClock,
  requireNumber,
  type SpaceChange,
  type SpaceCommit,
  type SpaceRange,
  type SpaceRecord,
  type Spaces,
  StowageError,
  systemClock,
} from '@stowage/core'

const MAX_NAME_LENGTH = 200
/** Somebody else's commit always came in between: so often in a row is no bad luck any more. */
const MAX_ATTEMPTS = 1_000
/** From this attempt on it is tried again after a pause, so that those who collide come apart. */
const PAUSED_FROM = 3
const LONGEST_PAUSE_MS = 20

export interface StructureOptions {
  /** Default: the system's. */
  readonly clock?: Clock
}

type Commit = Omit<SpaceCommit, 'isTold' | 'expect'> & Partial<SpaceCommit>

/** A record as it is, or that there is none. */
export interface Seen {
  readonly record: SpaceRecord | undefined
}

/** What to write for what was read; undefined: nothing. */
export interface Decision<Answer> {
  readonly commit: Commit | undefined
  readonly answer: (version: number) => Answer
}

export class Space {
  readonly clock: Clock
  readonly label: string
  readonly #spaces: Spaces
  readonly #backendName: string

  /** @param kind what asks for it. @throws ConfigError for a backend without spaces */
  constructor(kind: string, backend: Backend, label: string, clock: Clock) {
    if (typeof backend !== 'object' || backend === null) {
      throw new ConfigError(
        `${kind}: ${describe(backend)} is not a backend; allowed: what memoryBackend() and its like return`,
      )
    }
    if (backend.spaces === undefined) {
      throw new ConfigError(
        `${kind}: the backend '${backend.name}' keeps only entries that may be evicted; allowed: a backend with spaces: memory, sqlite, redis, or a hybrid whose far tier is one of these`,
      )
    }
    this.label = label
    this.clock = clock
    this.#spaces = backend.spaces
    this.#backendName = backend.name
  }

  async get(key: string): Promise<SpaceRecord | undefined> {
    const [record] = await this.getAll([key])
    return record
  }

  getAll(keys: readonly string[]): Promise<readonly (SpaceRecord | undefined)[]> {
    return this.#call('get', () => this.#spaces.get(this.label, keys))
  }

  scan(range: SpaceRange, limit: number, isReversed = false): Promise<readonly SpaceRecord[]> {
    return this.#call('scan', () => this.#spaces.scan(this.label, { ...range, limit, isReversed }))
  }

  count(range: SpaceRange): Promise<number> {
    return this.#call('count', () => this.#spaces.count(this.label, range))
  }

  commit(commit: Commit): Promise<CommitResult> {
    const whole = { expect: [], isTold: false, ...commit }
    return this.#call('commit', () => this.#spaces.commit(this.label, whole, this.clock.nowMs()))
  }

  /** For what is on no condition, and so can only be done. */
  async apply(...changes: readonly SpaceChange[]): Promise<CommitResult & { outcome: 'done' }> {
    const result = await this.commit({ changes })
    if (result.outcome !== 'done')
      throw new Error(`${this.label}: a commit without a condition came to '${result.outcome}'`)
    return result
  }

  /**
   * Reads, decides, writes; and decides anew when somebody else has written the record meanwhile.
   * @param seen what was read already
   */
  async change<Answer>(
    key: string,
    decide: (record: SpaceRecord | undefined, nowMs: number) => Decision<Answer> | Promise<Decision<Answer>>,
    seen?: Seen,
  ): Promise<Answer> {
    let now = seen
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const { record } = now ?? { record: await this.get(key) }
      const { commit, answer } = await decide(record, this.clock.nowMs())
      if (commit === undefined) return answer(record?.version ?? 0)
      const expect = [{ key, version: record?.version ?? 0 }, ...(commit.expect ?? [])]
      const result = await this.commit({ ...commit, expect })
      if (result.outcome === 'done') return answer(result.version)
      now = result.outcome === 'conflict' ? { record: result.found[0] } : undefined
      if (attempt < PAUSED_FROM) continue
      await this.#pause(Math.min(attempt, LONGEST_PAUSE_MS) * Math.random())
      now = undefined
    }
    throw this.#fault('commit', new Error(`${MAX_ATTEMPTS} times somebody else changed it first`))
  }

  /**
   * As {@link change}, without a look first: one trip to the store where the record is still as it was. Otherwise nothing is refused
   * for what was known, and nothing left as it is.
   */
  async changeKnown<Answer>(
    key: string,
    known: Seen,
    decide: (record: SpaceRecord | undefined, nowMs: number) => Decision<Answer>,
  ): Promise<Answer> {
    const { commit, answer } = ifAny(() => decide(known.record, this.clock.nowMs())) ?? {}
    if (commit === undefined || answer === undefined) return this.change(key, decide)
    const result = await this.commit({ ...commit, expect: [{ key, version: known.record?.version ?? 0 }] })
    if (result.outcome === 'done') return answer(result.version)
    return this.change(key, decide, result.outcome === 'conflict' ? { record: result.found[0] } : undefined)
  }

  /** What a record says. @throws BackendError for one that says nothing: it is damaged, and what is to become of it a check says */
  read<T>(record: SpaceRecord, read: (record: SpaceRecord) => T): T {
    try {
      return read(record)
    } catch (thrown) {
      throw this.#fault('read', thrown)
    }
  }

  /** As {@link read}; none is 0. */
  number(record: SpaceRecord | undefined): number {
    return record === undefined ? 0 : this.read(record, requireNumber)
  }

  watch(listener: () => void): () => void {
    return this.#spaces.watch(this.label, listener)
  }

  async drop(): Promise<void> {
    await this.#call('drop', () => this.#spaces.drop(this.label))
  }

  /** By the machine's own timer: it is others that it lets pass. */
  #pause(lengthMs: number): Promise<void> {
    return new Promise((resolve) => systemClock.schedule(lengthMs, resolve, true))
  }

  async #call<T>(operation: string, run: () => T | Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (thrown) {
      if (thrown instanceof StowageError && thrown.code === 'STOWAGE_USAGE') throw thrown
      throw this.#fault(operation, thrown)
    }
  }

  #fault(operation: string, cause: unknown): BackendError {
    return new BackendError({ backend: this.#backendName, operation: `${operation} of ${this.label}`, cause })
  }
}

function ifAny<T>(decide: () => T): T | undefined {
  try {
    return decide()
  } catch {
    // It is decided on what is there.
    return undefined
  }
}

/** @throws ConfigError for a backend without spaces, or a name that is none */
export function openSpace(kind: string, backend: Backend, name: string, options: StructureOptions): Space {
  if (
    typeof name !== 'string' ||
    name === '' ||
    name.length > MAX_NAME_LENGTH ||
    !name.isWellFormed() ||
    /\p{Cc}/u.test(name)
  ) {
    throw new ConfigError(
      `${kind}: ${describe(name)} is not a name; allowed: a text of 1 to ${MAX_NAME_LENGTH} characters, none of them a control character`,
    )
  }
  const { clock = systemClock } = options
  requireClock(clock)
  return new Space(kind, backend, `${kind}:${name}`, clock)
}
