/**
 * For development: notes which request fields a handler reads, and tells those on which its response may depend though
 * neither its key nor its Vary has them.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { KEYED_FIELDS } from './request-key.ts'

/** Express and Node read them for every response; they decide how it is sent, not what it is. */
const HARMLESS = new Set([
  'cache-control',
  'connection',
  'content-length',
  'expect',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'pragma',
  'range',
  'te',
  'transfer-encoding',
  'upgrade',
])

export interface FieldWatch {
  /** Names read so far that no key has, but for those given. */
  readonly unkeyed: (varyNames: readonly string[]) => readonly string[]
  readonly stop: () => void
}

export function watchFields(req: IncomingMessage): FieldWatch {
  const { headers } = req
  const read = new Set<string>()
  const note = (name: string | symbol): void => {
    if (typeof name === 'string') read.add(name)
  }
  req.headers = new Proxy<IncomingHttpHeaders>(headers, {
    get(target, name) {
      note(name)
      const value: unknown = Reflect.get(target, name)
      return value
    },
    has(target, name) {
      note(name)
      return Reflect.has(target, name)
    },
    getOwnPropertyDescriptor(target, name) {
      note(name)
      return Reflect.getOwnPropertyDescriptor(target, name)
    },
  })
  return {
    unkeyed: (varyNames) =>
      [...read].filter((name) => !KEYED_FIELDS.has(name) && !HARMLESS.has(name) && !varyNames.includes(name)).sort(),
    stop() {
      req.headers = headers
    },
  }
}
