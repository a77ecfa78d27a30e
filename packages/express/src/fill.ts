/**
 * One run of the handler whose response may be stored: decides at its head what it is good for, shares it while it is made,
 * and ends with what is to be kept. Everything that a client must not see of it (a 304 that was asked for by this cache, an
 * error that a stored response stands in for) is withheld.
 */
import { createHash } from 'node:crypto'
import type { Ask } from './ask.ts'
import { askWith } from './ask.ts'
import { setCacheStatus } from './cache-status.ts'
import { isUnchanged, type Precondition } from './conditional.ts'
import { type FieldsBefore, keptFields } from './field-rules.ts'
import type { Flight } from './flight.ts'
import { ageMs, mayStandIn } from './freshness.ts'
import { fieldText } from './header-text.ts'
import { sendBody, sendUnchanged, setHead } from './reply.ts'
import { TAG_FIELDS, tagsOf } from './response-tags.ts'
import { ResponseTap } from './response-tap.ts'
import { type Storability, storabilityOf, type UnstorableReason } from './storability.ts'
import { type ResponseHead, type StoredResponse, storedField } from './stored-response.ts'
import { type FieldWatch, watchFields } from './unkeyed.ts'
import { validated } from './validation.ts'
import { variantOf, varyNames } from './vary.ts'

/** What is to be kept, and by what it is found and invalidated. */
export interface Harvest {
  readonly response: StoredResponse
  readonly names: readonly string[]
  readonly tags: readonly string[]
}

export type FillResult = Harvest | UnstorableReason

interface Judged {
  readonly head: ResponseHead
  readonly names: readonly string[]
  readonly tags: readonly string[]
}

type Course = 'pass' | 'unchanged' | 'validated' | 'stand-in'

const FAILURES = new Set([500, 502, 503, 504])
const NO_TAG_FIELDS: ReadonlySet<string> = new Set()

export class Fill {
  readonly #ask: Ask
  readonly #flight: Flight
  readonly #result = Promise.withResolvers<FillResult>()
  readonly #before: FieldsBefore
  readonly #requestAtMs: number
  readonly #validators: Precondition | undefined
  readonly #tap: ResponseTap
  readonly #giveBack: () => void
  readonly #watch: FieldWatch | undefined
  #course: Course = 'pass'
  #judged: Judged | UnstorableReason = 'incomplete'
  #declaredBytes: string | undefined
  #isFinished = false

  readonly #keyText: string

  constructor(ask: Ask, flight: Flight, keyText: string) {
    const { req, res, room, finding } = ask
    this.#ask = ask
    this.#flight = flight
    this.#keyText = keyText
    this.#before = res.getHeaders()
    this.#requestAtMs = room.nowMs
    this.#validators = finding.stored === undefined ? undefined : validatorsOf(finding.stored)
    this.#giveBack = askWith(req, this.#validators)
    this.#watch = room.plan.strictUnkeyed ? watchFields(req) : undefined
    this.#tap = new ResponseTap(res, {
      commit: () => this.#commit(),
      chunk: (bytes) => this.#chunk(bytes),
      end: () => this.#end(),
      isNeeded: () => flight.isFollowed,
      isBuffering: () => typeof this.#judged === 'object' && flight.isWhole,
    })
    flight.onDeserted = () => this.#tap.release()
    res.once('close', () => this.#finish('incomplete'))
  }

  /** Runs the handler. Resolves when its response has ended, or will not. */
  run(): Promise<FillResult> {
    this.#ask.next()
    return this.#result.promise
  }

  #commit(): 'pass' | 'hold' {
    const { res, room, finding, question } = this.#ask
    const { statusCode } = res
    if (finding.stored !== undefined) {
      if (statusCode === 304 && this.#validators !== undefined) return this.#hold('validated')
      if (FAILURES.has(statusCode) && mayStandIn(finding.stored.life, room.nowMs)) return this.#hold('stand-in')
    }
    this.#judged = this.#judge()
    this.#declaredBytes = fieldText(res.getHeader('content-length'))
    if (Number(this.#declaredBytes) > room.plan.maxBodyBytes) this.#judged = 'too-large'
    this.#tellFlight()
    const { precondition } = question
    const isKnown =
      statusCode === 200 && precondition !== undefined && isUnchanged(precondition, this.#tellers(), room.nowMs)
    return isKnown ? this.#hold('unchanged') : 'pass'
  }

  #hold(course: Course): 'hold' {
    this.#course = course
    return 'hold'
  }

  /** What the response is told by. */
  #tellers(): { etag: string | undefined; lastModified: string | undefined; date: string | undefined } {
    const { res } = this.#ask
    const of = (name: string): string | undefined => fieldText(res.getHeader(name))
    return { etag: of('etag'), lastModified: of('last-modified'), date: of('date') }
  }

  /** What is stored of the response, or why nothing is. Completes the fields that go to the client. */
  #judge(): Judged | UnstorableReason {
    const { req, res, room, place, why } = this.#ask
    const { plan } = room
    const names = varyNames(res.getHeader('vary'), plan.vary)
    const read = this.#unkeyed(names ?? [])
    if (plan.vary.length > 0 && names !== undefined) res.setHeader('Vary', names.join(', '))
    const tags = guarded(
      () => tagsOf(plan, req, res, place.urlTag),
      (error) => room.fault(error),
    )
    if (plan.hideTags) for (const name of TAG_FIELDS) res.removeHeader(name)
    const storability = names === undefined ? unstorable('vary') : this.#storability(names)
    const objection = tags === undefined ? 'tags' : read.length > 0 ? 'unkeyed' : undefined
    const isStored = storability.storable && objection === undefined
    if (isStored && !res.hasHeader('date')) res.setHeader('Date', new Date(room.nowMs).toUTCString())
    const fields = isStored ? keptFields(res, this.#before, plan.hideTags ? TAG_FIELDS : NO_TAG_FIELDS) : []
    setCacheStatus(res, plan, this.#keyText, { forward: why, stored: isStored })
    if (!storability.storable) return storability.reason
    if (tags === undefined || names === undefined) return 'tags'
    if (objection !== undefined) return objection
    return { head: { status: res.statusCode, fields, life: storability.life, nonce: undefined }, names, tags }
  }

  #storability(names: readonly string[]): Storability {
    const { req, res, room, place } = this.#ask
    const { plan } = room
    const isCovered = place.isPartitioned || plan.ignoresCredentials
    return storabilityOf({
      status: res.statusCode,
      fieldOf: (name) => res.getHeader(name),
      plan,
      requestAtMs: this.#requestAtMs,
      responseAtMs: room.nowMs,
      withCookie: !isCovered && req.headers.cookie !== undefined && !names.includes('cookie'),
      withAuthorization: !isCovered && req.headers.authorization !== undefined && !names.includes('authorization'),
      statusOfFreshness: this.#tap.statusOfFreshness,
    })
  }

  /** Request fields the handler has read that are not part of the key. */
  #unkeyed(names: readonly string[]): readonly string[] {
    const { room, req } = this.#ask
    const read = this.#watch?.unkeyed(names) ?? []
    // What is read from here on is read by this cache.
    this.#watch?.stop()
    if (read.length > 0) room.listeners.emit('unkeyed', { url: req.originalUrl, names: read })
    return read
  }

  #tellFlight(): void {
    const { req } = this.#ask
    if (typeof this.#judged !== 'object') this.#flight.tell({ kind: 'alone' })
    else {
      const { head, names, tags } = this.#judged
      for (const tag of tags) this.#flight.tags.add(tag)
      this.#flight.tell({ kind: 'stream', head, names, variant: variantOf(names, req.headers) })
    }
  }

  #chunk(bytes: Uint8Array): void {
    if (typeof this.#judged === 'object') this.#flight.push(bytes)
  }

  #end(): void {
    if (this.#course === 'validated') this.#finish(this.#endValidated())
    else if (this.#course === 'stand-in') this.#finish(this.#endStandIn())
    else this.#finish(this.#endOwn())
  }

  #endOwn(): FillResult {
    const { res } = this.#ask
    const hasCookie = res.hasHeader('set-cookie')
    if (this.#course === 'unchanged' && !this.#tap.isClientGone) {
      this.#tap.restore()
      sendUnchanged(res)
    }
    if (typeof this.#judged !== 'object') return this.#judged
    if (!this.#flight.isWhole) return 'too-large'
    // Those that lie under this one (sessions) set theirs when the head goes out.
    if (hasCookie) return 'set-cookie'
    const body = this.#flight.body()
    if (this.#declaredBytes !== undefined && this.#declaredBytes !== String(body.length)) return 'incomplete'
    const { head, names, tags } = this.#judged
    return { response: { ...withEtag(head, body, this.#ask.room.plan.etag), body }, names, tags }
  }

  /** The stored response still holds: its fields are brought up to date, and it is the answer. */
  #endValidated(): FillResult {
    const { res, room, finding, req, place } = this.#ask
    const { stored } = finding
    if (stored === undefined) return 'incomplete'
    const names = varyNames(storedField(stored, 'vary'), room.plan.vary) ?? []
    const updated = validated(stored, res, {
      before: this.#before,
      omitted: room.plan.hideTags ? TAG_FIELDS : NO_TAG_FIELDS,
      nowMs: room.nowMs,
      storability: () => this.#storability(names),
    })
    const tags = guarded(
      () => tagsOf(room.plan, req, res, place.urlTag),
      (error) => room.fault(error),
    )
    room.statistics.count('revalidated')
    this.#reply(updated.response, true)
    return updated.isStored && tags !== undefined ? { response: updated.response, names, tags } : 'refused'
  }

  #endStandIn(): FillResult {
    const { room, finding } = this.#ask
    if (finding.stored === undefined) return 'incomplete'
    room.statistics.count('standIns')
    this.#reply(finding.stored, false)
    return 'status'
  }

  /** Answers from a complete response in place of what the handler wrote. */
  #reply(response: StoredResponse, keepsCookies: boolean): void {
    const { req, res, room, question, why } = this.#ask
    this.#flight.tell({ kind: 'complete', response })
    if (this.#tap.isClientGone) return
    const cookies = keepsCookies ? res.getHeader('set-cookie') : undefined
    this.#tap.restore()
    for (const name of res.getHeaderNames()) res.removeHeader(name)
    for (const [name, value] of Object.entries(this.#before)) if (value !== undefined) res.setHeader(name, value)
    if (cookies !== undefined) res.setHeader('Set-Cookie', cookies)
    res.statusMessage = ''
    this.#giveBack()
    const nowMs = room.nowMs
    setHead(res, response, ageMs(response.life, nowMs))
    setCacheStatus(res, room.plan, this.#keyText, { hit: true, forward: why })
    sendBody(req, res, response, question, nowMs)
  }

  /** Its first end counts: its connection closes later. */
  #finish(result: FillResult): void {
    if (this.#isFinished) return
    this.#isFinished = true
    this.#watch?.stop()
    this.#giveBack()
    // What is not kept is for those who wait already, and for nobody who comes now.
    if (typeof result === 'string') this.#flight.isOpen = false
    this.#flight.end(result === 'incomplete' ? 'failed' : 'ended')
    this.#result.resolve(result)
  }
}

function validatorsOf(stored: StoredResponse): Precondition | undefined {
  const ifNoneMatch = storedField(stored, 'etag')
  const ifModifiedSince = storedField(stored, 'last-modified')
  return ifNoneMatch === undefined && ifModifiedSince === undefined ? undefined : { ifNoneMatch, ifModifiedSince }
}

function withEtag(head: ResponseHead, body: Uint8Array, isWanted: boolean): ResponseHead {
  const hasValidator = storedField(head, 'etag') !== undefined || storedField(head, 'last-modified') !== undefined
  if (!isWanted || hasValidator) return head
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
  return { ...head, fields: [...head.fields, ['ETag', etag]] }
}

function unstorable(reason: UnstorableReason): Storability {
  return { storable: false, reason }
}

function guarded<T>(run: () => T, onFault: (error: unknown) => void): T | undefined {
  try {
    return run()
  } catch (error) {
    onFault(error)
    return undefined
  }
}
