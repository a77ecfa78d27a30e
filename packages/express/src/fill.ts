/**
 * One run of the handler whose response may be stored: decides at its head what it is good for, shares it while it is made,
 * and ends with what is to be kept. Everything that a client must not see of it (a 304 that was asked for by this cache, an
 * error that a stored response stands in for) is withheld.
 */
import type { Run } from './ask.ts'
import { askWith } from './ask.ts'
import { setCacheStatus } from './cache-status.ts'
import { isUnchanged, type Precondition } from './conditional.ts'
import type { Audience, Flight } from './flight.ts'
import { mayStandIn } from './freshness.ts'
import { fieldText } from './header-text.ts'
import { Judge, type Judged } from './judge.ts'
import { dropLargeBody, type LargeBody } from './large-body.ts'
import { largeBodyOf } from './large-fill.ts'
import { sendUnchanged } from './reply.ts'
import { replyInstead, type Withheld } from './reply-instead.ts'
import { ResponseTap } from './response-tap.ts'
import type { UnstorableReason } from './storability.ts'
import type { ResponseHead, StoredResponse } from './stored-response.ts'
import { validated } from './validation.ts'
import { tellersOf, validatorsOf, withEtag } from './validators.ts'
import { variantOf, varyNames } from './vary.ts'

/** What is to be kept, and by what it is found. */
export interface Harvest {
  readonly response: StoredResponse
  readonly names: readonly string[]
}

export type FillResult = Harvest | UnstorableReason

type Course = 'pass' | 'unchanged' | 'validated' | 'stand-in'

const FAILURES = new Set([500, 502, 503, 504])
const NO_BYTES = new Uint8Array(0)
const ALONE = { kind: 'alone' } as const

export class Fill {
  readonly #ask: Run
  readonly #flight: Flight
  readonly #result = Promise.withResolvers<FillResult>()
  readonly #keyText: string
  readonly #judge: Judge
  readonly #validators: Precondition | undefined
  readonly #tap: ResponseTap
  readonly #giveBack: () => void
  #course: Course = 'pass'
  #judged: Judged | UnstorableReason = 'incomplete'
  #declaredBytes: string | undefined
  #large: LargeBody | undefined
  /** Followers may be reading it. */
  #isShared = false
  /** A stored response has answered in place of a failure. */
  isStandIn = false
  #isFinished = false

  constructor(ask: Run, flight: Flight, keyText: string) {
    const { req, res, finding } = ask
    this.#ask = ask
    this.#flight = flight
    this.#keyText = keyText
    this.#validators = finding.stored === undefined ? undefined : validatorsOf(finding.stored)
    this.#giveBack = askWith(req, this.#validators)
    this.#judge = new Judge(ask)
    this.#tap = new ResponseTap(res, {
      commit: () => this.#commit(),
      chunk: (bytes) => this.#chunk(bytes),
      end: () => this.#end(),
      isNeeded: () => flight.isFollowed,
      isBuffering: () => typeof this.#judged === 'object' && flight.isWhole && this.#large === undefined,
      isBehind: () => this.#large?.isPaused === true || (this.#tap.isClientGone && flight.isAheadOfAll),
    })
    flight.onDeserted = () => this.#tap.release()
    flight.onCaughtUp = () => {
      if (this.#tap.isClientGone) this.#tap.resume()
    }
    res.once('close', () => this.#finish('incomplete'))
  }

  /** Runs the handler. Resolves when its response has ended, or will not; of one that is not to be stored as soon as that is known. */
  run(): Promise<FillResult> {
    // A client that left while the store was asked has said so already: no other 'close' comes.
    if (this.#ask.res.destroyed) this.#finish('incomplete')
    else this.#ask.next()
    return this.#result.promise
  }

  #commit(): 'pass' | 'hold' {
    const { res, room, finding, question } = this.#ask
    const { statusCode } = res
    if (finding.stored !== undefined) {
      if (statusCode === 304 && this.#validators !== undefined) return this.#hold('validated')
      if (FAILURES.has(statusCode) && mayStandIn(finding.stored.life, room.nowMs)) return this.#hold('stand-in')
    }
    this.#judged = this.#judge.head(this.#tap.statusOfFreshness)
    this.#declaredBytes = fieldText(res.getHeader('content-length'))
    if (Number(this.#declaredBytes) > room.plan.maxBodyBytes) {
      this.#large = this.#largeBody()
      if (this.#large === undefined && typeof this.#judged === 'object') this.#judged = 'too-large'
    }
    this.#tellStatus()
    this.#tellFlight()
    if (typeof this.#judged === 'string') this.#settle(this.#judged)
    const { precondition } = question
    const isKnown =
      statusCode === 200 && precondition !== undefined && isUnchanged(precondition, tellersOf(res), room.nowMs)
    return isKnown ? this.#hold('unchanged') : 'pass'
  }

  #hold(course: Course): 'hold' {
    this.#course = course
    return 'hold'
  }

  /** What is known now: that it breaks off, or gets a cookie when it goes out, is told to the statistics alone. */
  #tellStatus(): void {
    const { res, room, why, isUnstored } = this.#ask
    const reason = typeof this.#judged === 'string' ? this.#judged : isUnstored === true ? 'refused' : undefined
    setCacheStatus(res, room.plan, this.#keyText, { forward: why, stored: reason === undefined, detail: reason })
  }

  #tellFlight(): void {
    if (typeof this.#judged !== 'object' || this.#large !== undefined) this.#flight.tell(ALONE)
    else {
      const { head, names } = this.#judged
      this.#coverBy(head)
      this.#isShared = true
      this.#flight.tell({ kind: 'stream', head, ...this.#audience(names) })
    }
  }

  #audience(names: readonly string[]): Audience {
    return { names, variant: variantOf(names, this.#ask.headers) }
  }

  /** An invalidation of these closes the flight to those who ask after it. */
  #coverBy({ tags }: ResponseHead): void {
    for (const tag of this.#ask.room.plan.cache.storageTags(tags)) this.#flight.tags.add(tag)
  }

  #chunk(bytes: Uint8Array): void {
    if (typeof this.#judged !== 'object') return
    if (this.#large === undefined && this.#flight.isWhole) {
      const isTooLarge = this.#flight.keptBytes + bytes.length > this.#ask.room.plan.maxBodyBytes
      if (isTooLarge) this.#large = this.#largeBody()
      if (isTooLarge) this.#large?.push(this.#flight.body())
    }
    this.#large?.push(bytes)
    if (this.#isShared) this.#flight.push(bytes)
    if (this.#large === undefined && !this.#flight.isWhole) this.#settle('too-large')
  }

  /** It may go on for as long as its client likes: others may be stored meanwhile. */
  #settle(reason: UnstorableReason): void {
    this.#result.resolve(reason)
  }

  #largeBody(): LargeBody | undefined {
    if (typeof this.#judged !== 'object') return undefined
    return largeBodyOf(this.#ask, this.#judged, this.#declaredBytes, () => this.#tap.resume())
  }

  #end(): void {
    if (this.#course === 'validated') this.#finish(this.#endValidated())
    else if (this.#course === 'stand-in') this.#finish(this.#endStandIn())
    else this.#finish(this.#endOwn())
  }

  #endOwn(): FillResult | Promise<FillResult> {
    const { res } = this.#ask
    const hasCookie = res.hasHeader('set-cookie')
    if (this.#course === 'unchanged' && !this.#tap.isClientGone) {
      this.#tap.restore()
      sendUnchanged(res)
    }
    if (typeof this.#judged !== 'object') return this.#judged
    // Those that lie under this one (sessions) set theirs when the head goes out.
    if (hasCookie) {
      this.#large?.abandon('set-cookie')
      return 'set-cookie'
    }
    if (this.#large !== undefined) return this.#endLarge(this.#large, this.#judged)
    if (!this.#flight.isWhole) return 'too-large'
    const body = this.#flight.body()
    if (this.#declaredBytes !== undefined && this.#declaredBytes !== String(body.length)) return 'incomplete'
    const { head, names } = this.#judged
    return { response: { ...withEtag(head, body, this.#ask.room.plan.etag), body }, names }
  }

  async #endLarge(large: LargeBody, { head, names }: Judged): Promise<FillResult> {
    const { room } = this.#ask
    try {
      const name = await large.end()
      if (name === undefined) return 'too-large'
      if (this.#declaredBytes === undefined || this.#declaredBytes === String(name.sizeBytes)) {
        return { response: { ...head, large: name, body: NO_BYTES }, names }
      }
      await dropLargeBody(room.plan.cache, name)
      return 'incomplete'
    } catch (error) {
      room.fault(error)
      return 'refused'
    }
  }

  /** The stored response still holds: its fields are brought up to date, and it is the answer. */
  #endValidated(): FillResult {
    const { res, room, finding } = this.#ask
    const { stored } = finding
    if (stored === undefined) return 'incomplete'
    this.#tap.restore()
    let names: readonly string[] | undefined
    const updated = validated(stored, res, {
      before: this.#judge.before,
      omitted: this.#judge.hidden,
      nowMs: room.nowMs,
      storability: () => {
        // The 304 may have changed on what the response depends.
        names = varyNames(res.getHeader('vary'), room.plan.vary)
        return names === undefined
          ? { storable: false, reason: 'vary' }
          : this.#judge.storability(names, this.#tap.statusOfFreshness)
      },
    })
    const tags = this.#judge.tags(stored.tags)
    room.statistics.count('revalidated')
    const response = { ...updated.response, tags: tags ?? stored.tags }
    this.#coverBy(response)
    const kept = updated.isStored && tags !== undefined && names !== undefined ? { response, names } : undefined
    // Fields that are not to be stored are not for others either.
    this.#flight.tell(kept === undefined ? ALONE : { kind: 'complete', head: response, ...this.#audience(kept.names) })
    this.#reply(response, { status: 304, keepsCookies: true, reason: kept === undefined ? 'refused' : undefined })
    return kept ?? 'refused'
  }

  #endStandIn(): FillResult {
    const { res, room, finding } = this.#ask
    if (finding.stored === undefined) return 'incomplete'
    room.statistics.count('standIns')
    this.isStandIn = true
    // Who waits has found the same.
    this.#flight.tell({ kind: 'complete', head: finding.stored, ...this.#audience([]) })
    this.#reply(finding.stored, { status: res.statusCode, keepsCookies: false, reason: 'status' })
    return 'status'
  }

  #reply(response: StoredResponse, withheld: Withheld): void {
    if (this.#tap.isClientGone) return
    this.#tap.restore()
    replyInstead(this.#ask, response, {
      ...withheld,
      keyText: this.#keyText,
      before: this.#judge.before,
      giveBack: this.#giveBack,
    })
  }

  /** Its first end counts: its connection closes later. */
  #finish(result: FillResult | Promise<FillResult>): void {
    if (this.#isFinished) return
    this.#isFinished = true
    this.#judge.stop()
    this.#giveBack()
    // What is not kept is for those who wait already, and for nobody who comes now.
    if (typeof result === 'string') this.#flight.isOpen = false
    if (result === 'incomplete') this.#large?.abandon(result)
    this.#flight.end(result === 'incomplete' ? 'failed' : 'ended')
    this.#result.resolve(result)
  }
}
