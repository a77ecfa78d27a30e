/** A client that reads at its own speed, or leaves. */
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'

export interface OpenAnswer {
  readonly req: ClientRequest
  readonly res: IncomingMessage
  /** What has come so far. */
  readonly text: () => string
  /** The whole text; rejects when the answer is cut. */
  readonly whole: Promise<string>
}

/** Resolves with the head of the answer. */
export function opened(
  port: number,
  path: string,
  headers: OutgoingHttpHeaders = {},
  method = 'GET',
): Promise<OpenAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<OpenAnswer>()
  const req = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (res) => {
    let text = ''
    const whole = Promise.withResolvers<string>()
    whole.promise.catch(() => undefined)
    res.setEncoding('utf8')
    res.on('data', (chunk: string) => {
      text += chunk
    })
    res.on('error', whole.reject)
    res.on('end', () => whole.resolve(text))
    resolve({ req, res, text: () => text, whole: whole.promise })
  })
  req.on('error', reject)
  req.end()
  return promise
}
