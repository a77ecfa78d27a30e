/**
 * Sends a complete response from the store: the whole of it, a range, its head alone, or the word that the client has it
 * already (RFC 9110, 13 to 15).
 */
import { type IncomingMessage, ServerResponse } from 'node:http'
import { type ByteRange, byteRange, isRangeOf } from './byte-range.ts'
import { isUnchanged, type Precondition, type Validators } from './conditional.ts'
import { takesOnlyIdentity } from './encoding.ts'
import { type ResponseHead, type StoredResponse, storedField } from './stored-response.ts'

/** What the client asked with, as it was before the handler's fields were put in its place. */
export interface Question {
  readonly precondition: Precondition | undefined
  readonly range: string | undefined
  readonly ifRange: string | undefined
}

const OF_THE_BODY = ['Content-Length', 'Content-Type', 'Content-Encoding', 'Content-Language', 'Content-Range']
/** Targeted ones (RFC 9213), too. */
const OF_ITS_LIFE = /^(?:age|expires|surrogate-control|(?:.+-)?cache-control)$/
const BODILESS = new Set([204, 205, 304])

/** Puts the stored fields on the response. @throws TypeError when one of them cannot be sent */
export function setHead(res: ServerResponse, { status, fields, removed }: ResponseHead, ageMs: number): void {
  res.statusCode = status
  for (const [name, value] of fields) res.setHeader(name, value)
  if (removed !== undefined) for (const name of removed) res.removeHeader(name)
  res.setHeader('Age', String(Math.floor(ageMs / 1000)))
}

/** The head must have been set. */
export function sendBody(
  req: IncomingMessage,
  res: ServerResponse,
  stored: StoredResponse,
  question: Question,
  nowMs: number,
): void {
  const { body } = stored
  const bytes = beginBody(req, res, { head: stored, sizeBytes: body.length }, question, nowMs)
  if (bytes === undefined) return
  const part = body.subarray(bytes.from, bytes.to)
  if (part.length <= MAX_TEXT_BYTES && isNodesOwn(res)) res.end(oneByteText(part), 'latin1')
  else res.end(part)
}

/** Answers what is answered without a body. @returns which bytes are to follow; undefined when all has been sent */
export function beginBody(
  req: IncomingMessage,
  res: ServerResponse,
  { head, sizeBytes }: { readonly head: ResponseHead; readonly sizeBytes: number },
  question: Question,
  nowMs: number,
): ByteRange | undefined {
  const { precondition, range } = question
  if (precondition !== undefined && isUnchangedSince(head, precondition, nowMs)) {
    sendUnchanged(res)
    return undefined
  }
  const isWhole = range === undefined || req.method !== 'GET' || isPartOfAnother(req, res, question)
  const part = isWhole ? undefined : rangeOf(head, sizeBytes, question, nowMs)
  // A middleware that compresses what passes through it must not do so to a part.
  if (part !== undefined) req.headers['accept-encoding'] = 'identity'
  if (part === 'unsatisfiable') {
    sendNothing(res, sizeBytes)
    return undefined
  }
  if (part !== undefined) {
    res.statusCode = 206
    res.setHeader('Content-Range', `bytes ${part.from}-${part.to - 1}/${sizeBytes}`)
  }
  const bytes = part ?? { from: 0, to: sizeBytes }
  const isBodiless = BODILESS.has(res.statusCode)
  if (!isBodiless) res.setHeader('Content-Length', String(bytes.to - bytes.from))
  if (!isBodiless && req.method !== 'HEAD') return bytes
  res.end()
  return undefined
}

/**
 * What lies over the response may have compressed what the client has of it, under the validator of these bytes: parts of both
 * make no whole.
 */
function isPartOfAnother(req: IncomingMessage, res: ServerResponse, { ifRange }: Question): boolean {
  return ifRange !== undefined && !isNodesOwn(res) && !takesOnlyIdentity(req.headers['accept-encoding'])
}

function isUnchangedSince(head: ResponseHead, precondition: Precondition, nowMs: number): boolean {
  return head.status === 200 && isUnchanged(precondition, tellersOf(head), nowMs)
}

function tellersOf(head: ResponseHead): Validators {
  const of = (name: string): string | undefined => storedField(head, name)
  return { etag: of('etag'), lastModified: of('last-modified'), date: of('date') }
}

function rangeOf(
  head: ResponseHead,
  sizeBytes: number,
  { range, ifRange }: Question,
  nowMs: number,
): ByteRange | 'unsatisfiable' | undefined {
  return head.status === 200 && isRangeOf(ifRange, tellersOf(head), nowMs) ? byteRange(range, sizeBytes) : undefined
}

/** A 304 in place of the response whose head is set. */
export function sendUnchanged(res: ServerResponse): void {
  for (const name of OF_THE_BODY) res.removeHeader(name)
  res.statusCode = 304
  res.end()
}

/**
 * Node writes a head and a text in one go, and a head and bytes in two: up to about this size a tenth of what a hit costs.
 * Beyond it, making the text costs more.
 */
const MAX_TEXT_BYTES = 4_096

/** Each byte as the character of that number, as it is written again. */
function oneByteText(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
}

/** Whether nothing has been put over the response that would read the text as something else. */
function isNodesOwn(res: ServerResponse): boolean {
  return res.end === ServerResponse.prototype.end && res.write === ServerResponse.prototype.write
}

function sendNothing(res: ServerResponse, sizeBytes: number): void {
  for (const name of OF_THE_BODY) res.removeHeader(name)
  // The life that was stored is the response's, not this error's: no cache behind this one is to keep it for the URL.
  for (const name of res.getHeaderNames()) if (OF_ITS_LIFE.test(name)) res.removeHeader(name)
  res.setHeader('Cache-Control', 'no-store')
  res.statusCode = 416
  res.setHeader('Content-Range', `bytes */${sizeBytes}`)
  res.setHeader('Content-Length', '0')
  res.end()
}
