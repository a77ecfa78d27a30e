/** What a server answered, as the type it should be of. Another answer is a fault, never a guess. */
import { messageOf, withoutPassword } from '@stowage/core'

export type Reply = unknown

/** @throws Error */
export function bytesOf(reply: Reply): Buffer {
  if (Buffer.isBuffer(reply)) return reply
  throw unexpected('bytes', reply)
}

/** Undefined: nothing is there. */
export function bytesIfAny(reply: Reply): Buffer | undefined {
  return Buffer.isBuffer(reply) ? reply : undefined
}

export function textOf(reply: Reply): string {
  return bytesOf(reply).toString()
}

export function numberOf(reply: Reply): number {
  if (typeof reply === 'number') return reply
  throw unexpected('a number', reply)
}

export function listOf(reply: Reply): readonly Reply[] {
  if (Array.isArray(reply)) return reply
  throw unexpected('a list', reply)
}

function unexpected(wanted: string, reply: Reply): Error {
  return new Error(`the server answered with ${reply === null ? 'nothing' : typeof reply} instead of ${wanted}`)
}

/**
 * An error that says what the client's error says and no more: ioredis hangs the failed command on it with all arguments, which may be
 * a password or a cached value.
 */
export function faultOf(thrown: unknown): Error {
  return new Error(withoutPassword(saidBy(thrown)))
}

/** Where a name has several addresses, Node says what went wrong of each, and nothing of all. */
function saidBy(thrown: unknown): string {
  const said = messageOf(thrown)
  return said === '' && thrown instanceof AggregateError ? thrown.errors.map(messageOf).join(', ') : said
}

/**
 * Which kind of error the server answered with: the first word, by Redis' own convention. Before Redis 7 that of a script is in its
 * text: `ERR Error running script (call to f_…): @user_script:3: @user_script: 3: -OOM command not allowed`.
 */
export function kindOf(thrown: unknown): string {
  const said = messageOf(thrown)
  return /^ERR Error running script.*? -([A-Z]+)\b/.exec(said)?.[1] ?? /^[A-Z]+\b/.exec(said)?.[0] ?? ''
}
