/** Sends a response whose body comes from the store in parts: the whole of it, a range, or its head alone. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { beginBody, type Question } from './reply.ts'
import type { ResponseHead } from './stored-response.ts'

/** An open body: read or destroyed, as it holds a file. */
export interface OpenBody {
  readonly stream: Readable
  readonly sizeBytes: number
}

/** The head must have been set. Rejects when the body breaks off, which its client sees, too. */
export async function sendLargeBody(
  req: IncomingMessage,
  res: ServerResponse,
  { head, body }: { readonly head: ResponseHead; readonly body: OpenBody },
  question: Question,
  nowMs: number,
): Promise<void> {
  const { stream, sizeBytes } = body
  const bytes = beginBody(req, res, { head, sizeBytes }, question, nowMs)
  if (bytes === undefined) stream.destroy()
  else if (bytes.to - bytes.from === sizeBytes) await pipeline(stream, res)
  else await pipeline(Readable.from(sliceOf(stream, bytes), { objectMode: false }), res)
}

/** What lies before it is read and passed over. */
async function* sliceOf(
  stream: Readable,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const part of stream) {
    if (!(part instanceof Uint8Array)) throw new TypeError('a body came in parts that are no bytes')
    const end = at + part.length
    if (end > from) yield part.subarray(Math.max(0, from - at), Math.min(part.length, to - at))
    if (end >= to) return
    at = end
  }
}
