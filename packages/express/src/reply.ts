/**
 * Sends a complete response from the store: the whole of it, a range, its head alone, or the word that the client has it
 * already (RFC 9110, 13 to 15).
 */
import { type IncomingMessage, ServerResponse } from 'node:http'
import { byteRange, isRangeOf } from './byte-range.ts'
import { isUnchanged, type Precondition } from './conditional.ts'
import { type ResponseHead, type StoredResponse, storedField } from './stored-response.ts'

/** What the client asked with, as it was before the handler's fields were put in its place. */
export interface Question {
  readonly precondition: Precondition | undefined
  readonly range: string | undefined
  readonly ifRange: string | undefined
}

const OF_THE_BODY = ['Content-Length', 'Content-Type', 'Content-Encoding', 'Content-Language', 'Content-Range']
const BODILESS = new Set([204, 205, 304])

/** Puts the stored fields on the response. @throws TypeError when one of them cannot be sent */
export function setHead(res: ServerResponse, { status, fields }: ResponseHead, ageMs: number): void {
  res.statusCode = status
  for (const [name, value] of fields) res.setHeader(name, value)
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
  const { precondition, range } = question
  if (precondition !== undefined && isUnchangedSince(stored, precondition, nowMs)) {
    sendUnchanged(res)
    return
  }
  const part = range === undefined || req.method !== 'GET' ? undefined : rangeOf(stored, question)
  if (part === undefined) {
    sendWhole(req, res, body)
    return
  }
  // A middleware that compresses what passes through it must not do so to a part.
  req.headers['accept-encoding'] = 'identity'
  if (part === 'unsatisfiable') {
    sendNothing(res, body.length)
    return
  }
  res.statusCode = 206
  res.setHeader('Content-Range', `bytes ${part.from}-${part.to - 1}/${body.length}`)
  sendWhole(req, res, body.subarray(part.from, part.to))
}

function isUnchangedSince(stored: StoredResponse, precondition: Precondition, nowMs: number): boolean {
  const of = (name: string): string | undefined => storedField(stored, name)
  const validators = { etag: of('etag'), lastModified: of('last-modified'), date: of('date') }
  return stored.status === 200 && isUnchanged(precondition, validators, nowMs)
}

function rangeOf(stored: StoredResponse, { range, ifRange }: Question): ReturnType<typeof byteRange> {
  const isOfThis = isRangeOf(ifRange, storedField(stored, 'etag'), storedField(stored, 'last-modified'))
  return stored.status === 200 && isOfThis ? byteRange(range, stored.body.length) : undefined
}

/** A 304 in place of the response whose head is set. */
export function sendUnchanged(res: ServerResponse): void {
  for (const name of OF_THE_BODY) res.removeHeader(name)
  res.statusCode = 304
  res.end()
}

function sendWhole(req: IncomingMessage, res: ServerResponse, body: Uint8Array): void {
  if (BODILESS.has(res.statusCode)) {
    res.end()
    return
  }
  res.setHeader('Content-Length', String(body.length))
  if (req.method === 'HEAD') res.end()
  else if (body.length <= MAX_TEXT_BYTES && isNodesOwn(res)) res.end(oneByteText(body), 'latin1')
  else res.end(body)
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
  res.statusCode = 416
  res.setHeader('Content-Range', `bytes */${sizeBytes}`)
  res.setHeader('Content-Length', '0')
  res.end()
}
