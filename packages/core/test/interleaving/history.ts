/**
 * What happened in one run, each thing with its place in one order: loads, changes and the answers callers got. Every
 * value is made once, by one load or one write, so that an answer tells where it came from.
 */

/** Where a value comes from: a run of a loader, or a write. */
export interface Origin {
  readonly value: number
  readonly fingerprint: string | undefined
  /**
   * The place as of which it is what there is: a load's begin, since the world may change from then on; a write's end,
   * since until then it may take effect. Undefined while that is open.
   */
  asOf: number | undefined
}

export interface Load extends Origin {
  readonly cache: number
  readonly begunAt: number
  /** Must not run beside another of its kind in any cache. */
  readonly shared: boolean
  endedAt: number | undefined
}

/** After a `write` or `removal` nothing older is served; after `soft` it is not fresh any more. */
export type ChangeKind = 'write' | 'removal' | 'soft' | 'close'

export interface Change {
  readonly name: string
  readonly kind: ChangeKind
  readonly cache: number
  readonly calledAt: number
  /** Undefined for one that changed nothing. */
  doneAt: number | undefined
  error: unknown
}

export interface Answer {
  readonly name: string
  readonly cache: number
  readonly askedAt: number
  /** A loader stands behind the question: "nothing there" is no answer to it. */
  readonly loads: boolean
  readonly fresh: boolean
  readonly fingerprint: string | undefined
  answeredAt: number | undefined
  outcome: string | undefined
  value: number | undefined
  error: unknown
}

/** What the loaders of a run throw. */
export class LoadFailure extends Error {
  readonly load: Load

  constructor(load: Load) {
    super(`load ${load.value} failed`)
    this.load = load
  }
}

export class History {
  readonly loads: Load[] = []
  readonly changes: Change[] = []
  readonly answers: Answer[] = []
  readonly origins = new Map<number, Origin>()
  #now = 0
  #values = 0

  /** The next place in the order. */
  now(): number {
    return ++this.#now
  }

  /** A value no other load or write makes. */
  origin(fingerprint?: string): Origin {
    const origin: Origin = { value: ++this.#values, fingerprint, asOf: undefined }
    this.origins.set(origin.value, origin)
    return origin
  }

  beginLoad(traits: Pick<Load, 'cache' | 'shared' | 'fingerprint'>): Load {
    const begunAt = this.now()
    const load = Object.assign(this.origin(traits.fingerprint), {
      ...traits,
      asOf: begunAt,
      begunAt,
      endedAt: undefined,
    })
    this.loads.push(load)
    return load
  }

  /** @param act answers `false` when it changed nothing. */
  async change(name: string, kind: ChangeKind, cache: number, act: () => Promise<unknown>): Promise<void> {
    const change: Change = { name, kind, cache, calledAt: this.now(), doneAt: undefined, error: undefined }
    this.changes.push(change)
    try {
      if ((await act()) !== false) change.doneAt = this.now()
    } catch (error) {
      change.error = error
    }
  }

  async ask(
    question: Pick<Answer, 'name' | 'cache' | 'loads' | 'fresh' | 'fingerprint'>,
    ask: () => Promise<{ readonly outcome: string; readonly value?: number | undefined }>,
  ): Promise<void> {
    const answer: Answer = {
      ...question,
      askedAt: this.now(),
      answeredAt: undefined,
      outcome: undefined,
      value: undefined,
      error: undefined,
    }
    this.answers.push(answer)
    try {
      const { outcome, value } = await ask()
      Object.assign(answer, { outcome, value })
    } catch (error) {
      answer.error = error
    }
    answer.answeredAt = this.now()
  }
}
