/** Express apps that serve one response under a cache, each with its cache as its readme says, and the same without. */
import type { RequestHandler } from 'express'

export interface HttpApp {
  readonly name: string
  readonly packages: readonly string[]
  /** What comes before the handler; undefined for none. */
  readonly open: () => Promise<{ readonly middleware: RequestHandler | undefined; readonly close: () => Promise<void> }>
  /** Fields by which its handler asks to be cached. */
  readonly fields: Readonly<Record<string, string>>
  /** Sends a buffer made beforehand and nothing else: what an answer costs at least. */
  readonly isConstant?: boolean
  /** What stands before the app, told the app's port. */
  readonly front?: (appPort: number) => Promise<HttpFront>
}

/** A server of another make that is asked in place of the app. */
export interface HttpFront {
  readonly url: string
  /** Of the processor so far. */
  readonly cpuUs: () => number
  readonly close: () => Promise<void>
}

const FRESH = { 'Cache-Control': 'public, max-age=3600' }
const nothing = async (): Promise<void> => undefined

export const constantApp: HttpApp = {
  name: 'Express, constant buffer',
  packages: ['express'],
  open: async () => ({ middleware: undefined, close: nothing }),
  fields: FRESH,
  isConstant: true,
}

export const plainApp: HttpApp = {
  name: 'Express, no cache',
  packages: ['express'],
  open: async () => ({ middleware: undefined, close: nothing }),
  fields: FRESH,
}

export const stowageApp: HttpApp = {
  name: 'Stowage express (memory)',
  packages: ['@stowage/express', '@stowage/memory'],
  fields: FRESH,
  async open() {
    const [{ createCache }, { httpCache }, { memoryBackend }] = await Promise.all([
      import('@stowage/core'),
      import('@stowage/express'),
      import('@stowage/memory'),
    ])
    const cache = createCache({ backend: memoryBackend({ maxBytes: '64MB' }), ttl: '1h' })
    return { middleware: httpCache({ cache }), close: () => cache.close() }
  },
}

export const apicacheApp: HttpApp = {
  name: 'apicache',
  packages: ['apicache'],
  fields: FRESH,
  async open() {
    const { default: apicache } = await import('apicache')
    return { middleware: apicache.middleware('1 hour'), close: nothing }
  },
}

export const httpCacheMiddlewareApp: HttpApp = {
  name: 'http-cache-middleware',
  packages: ['http-cache-middleware'],
  fields: { ...FRESH, 'x-cache-timeout': '1 hour' },
  async open() {
    const { default: create } = await import('http-cache-middleware')
    return { middleware: create(), close: nothing }
  },
}
