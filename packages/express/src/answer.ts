/** The trip of a GET or HEAD: look, decide, and serve, follow, ask or let pass. */
import type { IncomingHttpHeaders } from 'node:http'
import { type Key, type MaybePromise, mapped } from '@stowage/core'
import { type Ask, type Exchange, mustPassBy } from './ask.ts'
import { type ForwardReason, setCacheStatus, textOfKey } from './cache-status.ts'
import { decide } from './decision.ts'
import { follow } from './follow.ts'
import { ageMs, freshLeftMs } from './freshness.ts'
import { type LargeBodyName, openLargeBody } from './large-body.ts'
import { lead } from './lead.ts'
import { completeHead } from './passing-head.ts'
import { refreshBehind } from './refresh.ts'
import { sendBody, setHead } from './reply.ts'
import { sendLargeBody } from './reply-large.ts'
import { variantKey } from './request-key.ts'
import { type Finding, search } from './search.ts'
import type { StoredResponse } from './stored-response.ts'
import { isDueForNote, noteVariant } from './variants.ts'

export function answer(exchange: Exchange): MaybePromise<void> {
  const { room, req, place } = exchange
  const askedAt = room.flights.now
  return mapped(search(room.plan.cache, place, req.headers), (finding) => conclude(exchange, finding, askedAt))
}

function conclude(exchange: Exchange, finding: Finding, askedAt: number): MaybePromise<void> {
  const { room, terms } = exchange
  const { stored } = finding
  if (stored === undefined || mustPassBy(exchange, stored.life)) {
    const hasLanded = stored === undefined && room.flights.hasEndedSince(textOfKey(finding.key), askedAt)
    if (hasLanded && exchange.isRetry !== true) return answer({ ...exchange, isRetry: true })
    const why = stored !== undefined ? 'bypass' : finding.list === undefined ? 'uri-miss' : 'vary-miss'
    return askFor({ ...exchange, finding: { ...finding, stored: undefined }, why }, stored !== undefined)
  }
  const nowMs = room.nowMs
  const decision = decide(stored.life, finding.isEntryStale, terms, nowMs)
  const { large } = stored
  if (decision.kind === 'ask' || exchange.isRefresh) {
    const why = decision.kind === 'ask' ? decision.why : 'stale'
    // Whether a large body is still there is not known before it is opened: it is not asked about, and does not stand in.
    const known = large === undefined ? finding : { ...finding, stored: undefined }
    return askFor({ ...exchange, finding: known, why, replaces: large }, false)
  }
  // A part goes out with a request that has been told not to be compressed (reply.ts): a refresh asks as the client did.
  const headers = decision.refreshBehind ? { ...exchange.req.headers } : undefined
  const serving =
    large === undefined
      ? serve(exchange, finding, stored, nowMs)
      : serveLarge(exchange, finding, { ...stored, large }, nowMs)
  return mapped(serving, (isServed) => {
    if (!isServed) return askFor({ ...exchange, finding: { ...finding, stored: undefined }, why: 'uri-miss' }, false)
    reportServed(exchange, finding, headers)
    return undefined
  })
}

/** @param staleFor the request's fields, when what was served is to be refreshed */
function reportServed(exchange: Exchange, finding: Finding, staleFor: IncomingHttpHeaders | undefined): void {
  const { room } = exchange
  room.statistics.count('hits')
  if (staleFor !== undefined) {
    room.statistics.count('staleHits')
    refreshBehind(exchange, staleFor, textOfKey(finding.key))
  }
  if (room.listeners.has('decision')) {
    const outcome = staleFor === undefined ? 'hit' : 'stale'
    room.listeners.emit('decision', { key: textOfKey(finding.key), outcome, reason: undefined })
  }
  noteUse(exchange, finding)
}

/** @returns false when the response cannot be sent: what is in the store is not what was put there */
function serve(exchange: Exchange, finding: Finding, stored: StoredResponse, nowMs: number): boolean {
  const { req, res, question } = exchange
  if (!putHead(exchange, finding, stored, nowMs)) return false
  sendBody(req, res, stored, question, nowMs)
  return true
}

/** @returns false when its body is not there any more, too */
async function serveLarge(
  exchange: Exchange,
  finding: Finding,
  stored: StoredResponse & { readonly large: LargeBodyName },
  nowMs: number,
): Promise<boolean> {
  const { req, res, room, question } = exchange
  const body = await openLargeBody(room.plan.bodies, stored.large, (error) => room.fault(error))
  if (body === undefined) return false
  if (!putHead(exchange, finding, stored, nowMs)) {
    body.stream.destroy()
    return false
  }
  // Its client reads for as long as it likes.
  void sendLargeBody(req, res, { head: stored, body }, question, nowMs).catch((error: unknown) => {
    if (!isClientsLeaving(error)) room.fault(error)
  })
  return true
}

function isClientsLeaving(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE'
}

/** Puts the stored head on the response. */
function putHead({ res, room }: Exchange, finding: Finding, stored: StoredResponse, nowMs: number): boolean {
  try {
    setHead(res, stored, ageMs(stored.life, nowMs))
  } catch (error) {
    room.fault(error)
    for (const [name] of stored.fields) res.removeHeader(name)
    res.statusCode = 200
    return false
  }
  setCacheStatus(res, room.plan, finding.key, { hit: true, ttlMs: freshLeftMs(stored.life, nowMs) })
  return true
}

async function askFor(ask: Ask, passesBy: boolean): Promise<void> {
  const { room, req, res, terms, finding, question } = ask
  if (terms.onlyIfCached) return refuse(ask)
  const key = textOfKey(finding.key)
  const going = room.flights.find(key)
  // What has been made, and is being stored, can be given in parts as from the store.
  const isMade = going?.outcome === 'ended' && going.isWhole
  const isPartial = question.range !== undefined && finding.stored === undefined && !isMade
  if (passesBy || isPartial || req.method !== 'GET') return letPass(ask, isPartial && !passesBy ? 'partial' : ask.why)
  if (going !== undefined) {
    // A refresh is going on already; this one has no client to answer.
    if (ask.isRefresh) return void res.end()
    const followed = room.unshared.has(key, room.nowMs) ? 'alone' : await follow(ask, going, key, ask.why)
    if (followed === 'served') return report(ask, 'collapsed')
    if (res.destroyed) return undefined
    // Those whom a silent run has kept waiting share a newer one: else it would end in as many runs as have waited.
    if (followed === 'late' && ask.hasWaited !== true) return answer({ ...ask, hasWaited: true })
    return letPass(ask, ask.why)
  }
  report(ask, 'forwarded')
  const led = await lead(ask, key)
  if (led === 'led') return
  // Another process has answered meanwhile: what it stored is there now.
  if (led === 'answered' && ask.isRefresh) return void res.end()
  if (led === 'answered' && !ask.isRetry) return answer({ ...ask, isRetry: true })
  completeHead(res, room.plan)
  ask.next()
}

function refuse(ask: Ask): void {
  const { res, room, finding } = ask
  room.statistics.count('refusals')
  res.statusCode = 504
  setCacheStatus(res, room.plan, finding.key, { detail: 'only-if-cached' })
  res.end()
}

function letPass(ask: Ask, why: ForwardReason): void {
  const { res, room, finding } = ask
  report({ ...ask, why }, 'forwarded')
  setCacheStatus(res, room.plan, finding.key, { forward: why })
  completeHead(res, room.plan)
  ask.next()
}

function report({ room, finding, why }: Ask, outcome: 'collapsed' | 'forwarded'): void {
  if (outcome === 'collapsed') room.statistics.count('collapsed')
  else room.statistics.countForward(why)
  if (room.listeners.has('decision'))
    room.listeners.emit('decision', { key: textOfKey(finding.key), outcome, reason: why })
}

/** Least recently used: the variant moves up in its URL's list. */
function noteUse({ room, place }: Exchange, { list, variant }: Finding): void {
  if (list === undefined || variant === undefined || !isDueForNote(list, variant)) return
  const { cache, maxVariants } = room.plan
  const keyOf = (id: string): Key => variantKey(place.key, id)
  noteVariant(cache, place, { id: variant, names: list.names, keyOf }, { maxVariants }).catch((error: unknown) => {
    room.fault(error)
  })
}
