/**
 * Judges a response by its head, before it goes out: whether it is stored, by which request fields and tags it is told apart
 * and invalidated, or why it is not. Completes the fields that go to the client.
 */
import type { Run } from './ask.ts'
import { type FieldsBefore, keptFields, removedFields } from './field-rules.ts'
import { TAG_FIELDS, tagsOf } from './response-tags.ts'
import { type Storability, storabilityOf, type UnstorableReason } from './storability.ts'
import type { ResponseHead } from './stored-response.ts'
import { type FieldWatch, watchFields } from './unkeyed.ts'
import { varyNames } from './vary.ts'

export interface Judged {
  readonly head: ResponseHead
  /** Request fields it depends on. */
  readonly names: readonly string[]
}

const NO_TAG_FIELDS: ReadonlySet<string> = new Set()

export class Judge {
  /** Fields of the response that were there before the handler ran. */
  readonly before: FieldsBefore
  readonly #run: Run
  readonly #requestAtMs: number
  readonly #watch: FieldWatch | undefined

  /** To be made just before the handler runs. */
  constructor(run: Run) {
    const { req, res, room } = run
    this.#run = run
    this.before = res.getHeaders()
    this.#requestAtMs = room.nowMs
    this.#watch = room.plan.strictUnkeyed ? watchFields(req) : undefined
  }

  /** Fields that are told to this cache only. */
  get hidden(): ReadonlySet<string> {
    return this.#run.room.plan.hideTags ? TAG_FIELDS : NO_TAG_FIELDS
  }

  /** The handler has ended: nobody reads any more. */
  stop(): void {
    this.#watch?.stop()
  }

  /** @param statusOfFreshness the status when a field of freshness was set */
  head(statusOfFreshness: number | undefined): Judged | UnstorableReason {
    const { res, room } = this.#run
    const { plan } = room
    const names = varyNames(res.getHeader('vary'), plan.vary)
    const read = this.#unkeyed(names ?? [])
    if (plan.vary.length > 0 && names !== undefined) res.setHeader('Vary', names.join(', '))
    const tags = this.tags()
    for (const name of this.hidden) res.removeHeader(name)
    const storability = names === undefined ? unstorable('vary') : this.storability(names, statusOfFreshness)
    const objection = tags === undefined ? 'tags' : read.length > 0 ? 'unkeyed' : undefined
    const isStored = storability.storable && objection === undefined
    if (isStored && !res.hasHeader('date')) res.setHeader('Date', new Date(room.nowMs).toUTCString())
    const fields = isStored ? keptFields(res, this.before, this.hidden) : []
    if (!storability.storable) return storability.reason
    if (tags === undefined || names === undefined) return 'tags'
    if (objection !== undefined) return objection
    const removed = removedFields(res, this.before)
    return {
      head: { status: res.statusCode, fields, removed, life: storability.life, nonce: undefined, tags },
      names,
    }
  }

  storability(names: readonly string[], statusOfFreshness: number | undefined): Storability {
    const { headers, res, room, place } = this.#run
    const { plan } = room
    const isCovered = place.isPartitioned || plan.ignoresCredentials
    return storabilityOf({
      status: res.statusCode,
      fieldOf: (name) => res.getHeader(name),
      plan,
      names,
      requestAtMs: this.#requestAtMs,
      responseAtMs: room.nowMs,
      withCookie: !isCovered && headers.cookie !== undefined && !names.includes('cookie'),
      withAuthorization: !isCovered && headers.authorization !== undefined && !names.includes('authorization'),
      statusOfFreshness,
    })
  }

  /**
   * Undefined when they are not all allowed, or the route's function for them failed.
   * @param stored those of the response that the handler has said to hold
   */
  tags(stored: readonly string[] = []): readonly string[] | undefined {
    const { req, res, room } = this.#run
    try {
      return tagsOf(room.plan, req, res, stored)
    } catch (error) {
      room.fault(error)
      return undefined
    }
  }

  /** Request fields the handler has read that are not part of the key. */
  #unkeyed(names: readonly string[]): readonly string[] {
    const { room, req } = this.#run
    const read = this.#watch?.unkeyed(names) ?? []
    // What is read from here on is read by this cache.
    this.#watch?.stop()
    if (read.length > 0) room.listeners.emit('unkeyed', { url: req.originalUrl, names: read })
    return read
  }
}

function unstorable(reason: UnstorableReason): Storability {
  return { storable: false, reason }
}
