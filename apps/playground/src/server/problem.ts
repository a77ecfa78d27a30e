/** From anything thrown to what a caller may read: a status and a sentence. What is not meant for them goes to the log. */
import { z } from 'zod'
import { OverloadError } from './connection-pool.ts'
import { faultsOf } from './range-input.ts'

export interface Problem {
  readonly status: number
  readonly message: string
}

/** A request that cannot be answered as made; the message is for the caller. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

/** For routes that take none. @throws RequestError naming the first query parameter there is */
export function requireNoParameters(query: Readonly<Record<string, unknown>>): void {
  const [name] = Object.keys(query)
  if (name !== undefined) throw new RequestError(400, `unknown parameter ${JSON.stringify(name)}; allowed: none`)
}

export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof z.ZodError) return { status: 400, message: faultsOf(thrown) }
  if (thrown instanceof RequestError) return { status: thrown.status, message: thrown.message }
  if (thrown instanceof OverloadError) return { status: 503, message: thrown.message }
  if (isClientFault(thrown)) return { status: thrown.status, message: 'the request could not be read' }
  console.error(thrown)
  return { status: 500, message: 'the server could not answer; its log says why' }
}

/** Express marks what it refuses itself (a malformed address, say) with a status in the 400s. */
function isClientFault(thrown: unknown): thrown is { readonly status: number } {
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return false
  return typeof thrown.status === 'number' && thrown.status >= 400 && thrown.status < 500
}
