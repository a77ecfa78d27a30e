/** Answers a request from a response that another request has asked for, while that is made. */
import type { ServerResponse } from 'node:http'
import { type Exchange, mustPassBy } from './ask.ts'
import type { ForwardReason } from './cache-status.ts'
import { setCacheStatus } from './cache-status.ts'
import type { Flight, FlightNews, Reader } from './flight.ts'
import { ageMs } from './freshness.ts'
import { sendBody, setHead } from './reply.ts'
import { variantOf } from './vary.ts'

const ALONE = { kind: 'alone' } as const

/** `alone`: the response is not for this request. `late`: it has not come in time. Of both, nothing has been sent. */
export type Followed = 'served' | 'alone' | 'late'

export async function follow(exchange: Exchange, flight: Flight, key: string, why: ForwardReason): Promise<Followed> {
  const { req, res, room, question } = exchange
  // One that left while the store was asked has said so already: no other 'close' comes.
  if (res.destroyed) return 'served'
  const reader = new FollowReader()
  const leave = flight.read(reader)
  const gone = (): void => {
    reader.cut()
    leave()
  }
  res.once('close', gone)
  try {
    const news = await newsInTime(exchange, flight, reader)
    if (res.destroyed) return 'served'
    if (news === 'late') return 'late'
    if (news.kind === 'alone') return 'alone'
    if (mustPassBy(exchange, news.head.life) || variantOf(news.names, req.headers) !== news.variant) return 'alone'
    const needsWhole = question.precondition !== undefined || question.range !== undefined
    if (news.kind === 'stream' && needsWhole) return await followWhole(exchange, { flight, reader }, news, { key, why })
    const nowMs = room.nowMs
    setHead(res, news.head, ageMs(news.head.life, nowMs))
    setCacheStatus(res, room.plan, key, { forward: why, collapsed: true })
    if (news.kind === 'stream') return await stream(res, flight, reader)
    sendBody(req, res, news.head, question, nowMs)
    return 'served'
  } finally {
    res.off('close', gone)
    leave()
  }
}

class FollowReader implements Reader {
  at = 0
  isCut = false
  readonly cutting: Promise<void>
  readonly #cutting = Promise.withResolvers<void>()
  #change = Promise.withResolvers<void>()

  constructor() {
    this.cutting = this.#cutting.promise
  }

  change(): Promise<void> {
    return this.#change.promise
  }

  readonly wake = (): void => {
    this.#change.resolve()
    this.#change = Promise.withResolvers()
  }

  readonly cut = (): void => {
    this.isCut = true
    this.#cutting.resolve()
    this.#change.resolve()
  }
}

/** With a precondition the answer may be a 304, and a part is one of the whole: the body is waited for. */
async function followWhole(
  { req, res, room, question }: Exchange,
  { flight, reader }: { readonly flight: Flight; readonly reader: FollowReader },
  news: Extract<FlightNews, { kind: 'stream' }>,
  { key, why }: { readonly key: string; readonly why: ForwardReason },
): Promise<Followed> {
  while (flight.outcome === undefined && !reader.isCut) await reader.change()
  if (flight.outcome !== 'ended' || !flight.isWhole) return 'alone'
  const nowMs = room.nowMs
  setHead(res, news.head, ageMs(news.head.life, nowMs))
  setCacheStatus(res, room.plan, key, { forward: why, collapsed: true })
  sendBody(req, res, { ...news.head, body: flight.body() }, question, nowMs)
  return 'served'
}

/** A client that leaves waits no longer. */
async function newsInTime({ room }: Exchange, flight: Flight, reader: FollowReader): Promise<FlightNews | 'late'> {
  const { clock, collapseTimeoutMs } = room.plan
  const late = Promise.withResolvers<'late'>()
  const cancel = clock.schedule(collapseTimeoutMs, () => late.resolve('late'), true)
  try {
    return await Promise.race([flight.news, late.promise, reader.cutting.then(() => ALONE)])
  } finally {
    cancel()
  }
}

/**
 * Writes the chunks as they come, at the client's own speed. One listener waits for 'drain' throughout: what lies under this may keep
 * each that it is given, as compression does.
 */
async function stream(res: ServerResponse, flight: Flight, reader: FollowReader): Promise<Followed> {
  let isFull = false
  res.on('drain', () => {
    isFull = false
    reader.wake()
  })
  while (!reader.isCut) {
    const chunk: Uint8Array | undefined = isFull ? undefined : flight.next(reader)
    if (chunk !== undefined) {
      isFull = !res.write(chunk)
      continue
    }
    if (!isFull && flight.outcome === 'ended') {
      res.end()
      return 'served'
    }
    if (!isFull && flight.outcome === 'failed') break
    if (!res.headersSent) res.flushHeaders()
    await reader.change()
  }
  // What has been sent cannot be taken back: the client must see that it is not whole.
  if (!res.headersSent) return 'alone'
  res.destroy()
  return 'served'
}
