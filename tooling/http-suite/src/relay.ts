/** A handler that asks another server and passes on what it says, whole (`send`) or as it comes (`write`). */
import { type IncomingMessage, request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Request, Response } from 'express'

export type RelayMode = 'send' | 'write'

/** They belong to one connection, or are written anew for the next one. */
const NOT_PASSED_ON = new Set(['connection', 'host', 'keep-alive', 'transfer-encoding'])
const KEEP_WORDS = new Set(['close', 'keep-alive'])

export async function relay(req: Request, res: Response, originUrl: string, mode: RelayMode): Promise<void> {
  let answer: IncomingMessage
  try {
    answer = await ask(req, res, originUrl)
    if (mode === 'write') return await passOn(answer, res)
    const body = await wholeOf(answer)
    setHead(answer, res)
    if (answer.statusCode === 204 || answer.statusCode === 304) res.end()
    else res.send(body)
  } catch {
    // The origin has hung up. A client that has seen a part must see that it is not the whole.
    if (res.headersSent) res.destroy()
    else res.status(502).end()
  }
}

async function passOn(answer: IncomingMessage, res: Response): Promise<void> {
  setHead(answer, res)
  await pipeline(answer, res)
}

function ask(req: Request, res: Response, originUrl: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const kept = Object.entries(req.headers).filter(([name]) => !NOT_PASSED_ON.has(name))
  const url = new URL(req.originalUrl, originUrl)
  const asked = request(url, { method: req.method, headers: Object.fromEntries(kept) }, resolve)
  asked.on('error', reject)
  asked.on('information', ({ statusCode, headers }) => {
    if (statusCode === 102) res.writeProcessing()
    else if (statusCode === 103)
      res.writeEarlyHints(Object.fromEntries(Object.entries(headers).map(([n, v]) => [n, v ?? ''])))
  })
  req.pipe(asked)
  return promise
}

function setHead(answer: IncomingMessage, res: Response): void {
  res.statusCode = answer.statusCode ?? 502
  res.statusMessage = answer.statusMessage ?? ''
  for (let at = 0; at + 1 < answer.rawHeaders.length; at += 2) {
    const name = answer.rawHeaders[at] ?? ''
    const value = answer.rawHeaders[at + 1] ?? ''
    if (name.toLowerCase() === 'connection' && !KEEP_WORDS.has(value.toLowerCase())) res.appendHeader(name, value)
    else if (name.toLowerCase() === 'date') res.setHeader(name, value)
    else if (!NOT_PASSED_ON.has(name.toLowerCase())) res.appendHeader(name, value)
  }
}

async function wholeOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of answer) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  return Buffer.concat(chunks)
}
