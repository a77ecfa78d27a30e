/** What the errors of a resolver mean to a cache: a source that failed, or an answer that only this caller gets. */
import type { TRPCError } from '@trpc/server'

/** The source, or the way to it, failed: an older answer may stand in. All other errors are answers. */
const FAILURES: ReadonlySet<string> = new Set([
  'INTERNAL_SERVER_ERROR',
  'BAD_GATEWAY',
  'SERVICE_UNAVAILABLE',
  'GATEWAY_TIMEOUT',
  'TIMEOUT',
  'TOO_MANY_REQUESTS',
  'CLIENT_CLOSED_REQUEST',
])

export function isAnswer(error: TRPCError): boolean {
  return !FAILURES.has(error.code)
}

/**
 * The error as each of several callers may have it: tRPC's formatters note on an error how it was shown, and that was to
 * one of them.
 */
export function ownCopy(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'TRPCError') return error
  const kind: unknown = Object.getPrototypeOf(error)
  const copy: unknown = Object.create(typeof kind === 'object' ? kind : null, Object.getOwnPropertyDescriptors(error))
  return copy
}

/** tRPC knows its errors by their name, too, so that those of another copy of it are errors with a code. */
export class RepeatedNotFound extends Error {
  override readonly name = 'TRPCError'
  readonly code = 'NOT_FOUND'
}
