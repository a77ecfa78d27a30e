/**
 * A way to invalidate over HTTP. POST only, authorisation required, and nothing is told of what was stored. The body is what
 * `cache.invalidate` takes, as JSON: `{ "tags": [...] }`, `{ "prefix": "..." }`, `{ "all": true }`.
 */
import { type Cache, ConfigError, requireFunction, requireKnownOptions, StowageError, type Target } from '@stowage/core'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { requireCache } from './plan.ts'

export interface PurgeRouterOptions {
  readonly cache: Cache
  /** Whether the request may invalidate. */
  readonly authorize: (req: Request) => boolean | Promise<boolean>
}

const MAX_BODY_BYTES = 65_536
const TOO_LONG = Symbol('longer than allowed')

/** Mount it where it is to answer, e.g. `app.use('/purge', purgeRouter({ cache, authorize }))`. @throws ConfigError */
export function purgeRouter(options: PurgeRouterOptions): RequestHandler {
  requireKnownOptions('purgeRouter', options, ['cache', 'authorize'])
  const { cache, authorize } = options
  requireCache('purgeRouter', cache)
  if (authorize === undefined) throw new ConfigError('purgeRouter: authorize: missing; allowed: a function')
  requireFunction('purgeRouter: authorize', authorize)
  return (req: Request, res: Response, next: NextFunction) => {
    purge(cache, authorize, req, res).catch(next)
  }
}

async function purge(
  cache: Cache,
  authorize: PurgeRouterOptions['authorize'],
  req: Request,
  res: Response,
): Promise<void> {
  res.setHeader('Cache-Control', 'no-store')
  if (req.method !== 'POST') {
    res.setHeader('Allow', 'POST')
    res.status(405).end()
    return
  }
  if ((await authorize(req)) !== true) {
    res.status(403).end()
    return
  }
  const body = await bodyOf(req)
  if (body === TOO_LONG) {
    res.status(413).json({ error: `the body must have at most ${MAX_BODY_BYTES} bytes` })
    return
  }
  const target = targetOf(body)
  if (target === undefined) {
    res.status(400).json({ error: 'the body must be { tags }, { prefix }, { pattern } or { all: true } as JSON' })
    return
  }
  try {
    await cache.invalidate(target)
  } catch (error) {
    if (!(error instanceof StowageError) || error.code !== 'STOWAGE_USAGE') throw error
    res.status(400).json({ error: error.message })
    return
  }
  res.status(204).end()
}

/** What a body parser has made of it, or the JSON it is; undefined when it is none. */
async function bodyOf(req: Request): Promise<unknown> {
  const parsed: unknown = req.body
  if (parsed !== undefined) return parsed
  const chunks: Uint8Array[] = []
  let sizeBytes = 0
  // The rest of a body that is too long is let come in: a connection that is broken off takes the answer with it.
  for await (const chunk of req.iterator({ destroyOnReturn: false })) {
    // Bytes as they came: a part may end within a character. It is text where something before this router has decoded it.
    const bytes = chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk))
    sizeBytes += bytes.length
    if (sizeBytes > MAX_BODY_BYTES) return TOO_LONG
    chunks.push(bytes)
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    return value
  } catch {
    return undefined // Said to the client with what is allowed.
  }
}

function targetOf(body: unknown): Target | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  const [name, ...more] = Object.keys(body)
  if (more.length > 0) return undefined
  if (name === 'tags' && 'tags' in body && isTextList(body.tags)) return { tags: body.tags }
  if (name === 'prefix' && 'prefix' in body && typeof body.prefix === 'string') return { prefix: body.prefix }
  if (name === 'pattern' && 'pattern' in body && typeof body.pattern === 'string') return { pattern: body.pattern }
  return name === 'all' && 'all' in body && body.all === true ? { all: true } : undefined
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string')
}
