/**
 * What should be gone from a tier and is not yet: deletions and invalidations that failed, and writes that failed, whose key
 * may still hold the older value. Each key and each target has one intent at most, the latest. They are tried again until they are done;
 * meanwhile the tier serves nothing they cover. Beyond MAX_INTENTS nobody knows what the tier still has right: one invalidation of
 * everything then stands for all, nothing of the tier is served until it is done, and afterwards the tier is empty.
 */
import { type CancelTimer, type Clock, coverOf, endOrLimit, type InvalidationTarget } from '@stowage/core'

/** The key, if what it holds is not newer than `atMs`. */
export interface KeyIntent {
  readonly key: string
  readonly atMs: number
}

export interface TargetIntent {
  readonly target: InvalidationTarget
  /** The target as text: equal targets have equal ones. */
  readonly text: string
  readonly covers: (key: string, tags: readonly string[]) => boolean
}

export type Intent = KeyIntent | TargetIntent

const MAX_INTENTS = 1_000
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

export interface IntentRules {
  readonly clock: Clock
  /** Does it, or rejects. @param isLast nobody will try it again */
  carryOut(intent: Intent, isLast: boolean): Promise<unknown>
  /** Told when there are some, and when there are none any more. */
  onChange(): void
}

export class LastIntents {
  /** A field, since every near hit asks for it. */
  isEmpty = true
  /** Told when one has been carried out. */
  onCarriedOut: (intent: Intent) => void = () => undefined
  readonly #rules: IntentRules
  readonly #keys = new Map<string, KeyIntent>()
  /** Replaced, never changed: who reads meanwhile keeps what was wanted when it began. */
  #targets: readonly TargetIntent[] = []
  /** Carried out a second time, one would take along what was written after the first. */
  readonly #underWay = new Map<Intent, Promise<boolean>>()
  #pauseMs = FIRST_PAUSE_MS
  #cancelRetry: CancelTimer | undefined
  #trying: Promise<void> | undefined
  #isClosed = false

  constructor(rules: IntentRules) {
    this.#rules = rules
  }

  get count(): number {
    return this.#keys.size + this.#targets.length
  }

  addKey(key: string, atMs: number): void {
    this.#keys.delete(key)
    this.#keys.set(key, { key, atMs })
    this.#added()
  }

  addTarget(target: InvalidationTarget): void {
    const intent = targetIntent(target)
    this.#targets = [...this.#targets.filter(({ text }) => text !== intent.text), intent]
    this.#added()
  }

  /** Whether what a tier holds there is to be taken for gone. */
  covers(key: string, tags: readonly string[]): boolean {
    return this.count > 0 && (this.#keys.has(key) || this.#targets.some(({ covers }) => covers(key, tags)))
  }

  /** {@link covers} as of now, to be asked later as well: what was read before an intent was done is what it was against. */
  asOfNow(key: string): (tags: readonly string[]) => boolean {
    const [isKey, targets] = [this.#keys.has(key), this.#targets]
    return (tags) => isKey || targets.some(({ covers }) => covers(key, tags))
  }

  /** Nothing is left to be carried out, and nothing that later ones stand for is still under way. */
  get isIdle(): boolean {
    return this.isEmpty && this.#underWay.size === 0
  }

  /** Whether something may be written there. What covers it is tried first: done later, it would take the newer value along. */
  async isClearOf(key: string, tags: readonly string[]): Promise<boolean> {
    for (;;) {
      const intent = this.#keys.get(key) ?? this.#covering(key, tags)
      if (intent === undefined) return true
      if (!(await this.#try(intent)) && this.#isStill(intent)) return false
    }
  }

  /** One that is under way covers it also when it has been replaced meanwhile. A key's spares what is newer, by its fence. */
  #covering(key: string, tags: readonly string[]): Intent | undefined {
    return [...this.#targets, ...this.#underWay.keys()].find((one) => 'target' in one && one.covers(key, tags))
  }

  /** The tier answers again. */
  recoverSoon(): void {
    if (this.count > 0) void this.#tryAll()
  }

  /** Tries a last time, and for so long at most. @returns how many are left, and lost to this process */
  async close(limitMs: number): Promise<number> {
    this.#isClosed = true
    this.#cancelRetry?.()
    // What overruns is among those that are left.
    if (this.count > 0) await endOrLimit(this.#rules.clock, limitMs, this.#tryLast())
    return this.count
  }

  /** A round that is under way may have been refused because the tier is left alone. */
  async #tryLast(): Promise<void> {
    await this.#trying
    await this.#tryAll()
  }

  #added(): void {
    if (this.count > MAX_INTENTS) {
      this.#keys.clear()
      this.#targets = [targetIntent({ all: true })]
    }
    if (this.isEmpty) {
      this.isEmpty = false
      this.#rules.onChange()
    }
    this.#retryLater()
  }

  #retryLater(): void {
    if (this.#isClosed) return
    this.#cancelRetry ??= this.#rules.clock.schedule(this.#pauseMs, () => {
      this.#cancelRetry = undefined
      void this.#tryAll()
    })
  }

  /** One round at a time; who asks meanwhile waits for it. */
  #tryAll(): Promise<void> {
    this.#trying ??= this.#round().finally(() => {
      this.#trying = undefined
      this.#pauseMs = this.count === 0 ? FIRST_PAUSE_MS : Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
      if (this.count > 0) this.#retryLater()
    })
    return this.#trying
  }

  /** The first that fails ends it, as the next would fail too, and is the last next time: none can keep the others from it. */
  async #round(): Promise<void> {
    for (const intent of [...this.#targets, ...this.#keys.values()]) {
      if (this.#isStill(intent) && !(await this.#try(intent))) {
        this.#toTheEnd(intent)
        return
      }
    }
  }

  #try(intent: Intent): Promise<boolean> {
    const underWay = this.#underWay.get(intent)
    if (underWay !== undefined) return underWay
    const trying = this.#carryOut(intent).finally(() => this.#underWay.delete(intent))
    this.#underWay.set(intent, trying)
    return trying
  }

  async #carryOut(intent: Intent): Promise<boolean> {
    try {
      await this.#rules.carryOut(intent, this.#isClosed)
    } catch {
      return false // Reported by the tier; it stays here and is tried again.
    }
    this.onCarriedOut(intent)
    if (!this.#isStill(intent)) return true
    if ('key' in intent) this.#keys.delete(intent.key)
    else this.#targets = this.#targets.filter((one) => one !== intent)
    this.isEmpty = this.count === 0
    if (this.isEmpty) this.#rules.onChange()
    return true
  }

  #isStill(intent: Intent): boolean {
    return 'key' in intent ? this.#keys.get(intent.key) === intent : this.#targets.includes(intent)
  }

  #toTheEnd(intent: Intent): void {
    if (!this.#isStill(intent)) return
    if ('key' in intent) {
      this.#keys.delete(intent.key)
      this.#keys.set(intent.key, intent)
    } else {
      this.#targets = [...this.#targets.filter((one) => one !== intent), intent]
    }
  }
}

function targetIntent(target: InvalidationTarget): TargetIntent {
  return { target, text: JSON.stringify(target), covers: coverOf(target) }
}
