/**
 * The error taxonomy: one branded base, one class per kind, one table of codes.
 *
 * The brand is a registered symbol, so that two copies of this package in one process still recognise each other's
 * errors (`instanceof` compares the brand and the code, not the class object).
 */
import { withoutPassword } from './without-password.ts'

const brand = Symbol.for('stowage.error')

/** Stable codes, one per class. Safe to switch on and to store. */
export type StowageErrorCode =
  | 'STOWAGE_CONFIG'
  | 'STOWAGE_USAGE'
  | 'STOWAGE_BACKEND'
  | 'STOWAGE_CODEC'
  | 'STOWAGE_TIMEOUT'

function carriesCode(thrown: unknown, code: StowageErrorCode | undefined): boolean {
  if (typeof thrown !== 'object' || thrown === null) return false
  try {
    return brand in thrown && (code === undefined || ('code' in thrown && thrown.code === code))
  } catch {
    // A proxy that lets nobody look is none of ours, and nothing that asks may fail of it.
    return false
  }
}

/** Base of every error Stowage throws by itself. A loader's own error is never wrapped in one. */
export abstract class StowageError extends Error {
  abstract readonly code: StowageErrorCode

  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    Object.defineProperty(this, brand, { value: true })
  }

  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return carriesCode(thrown, undefined)
  }
}

/** An option is out of range or asks for something the backend cannot do. Thrown at once, where it was given. */
export class ConfigError extends StowageError {
  readonly code = 'STOWAGE_CONFIG' as const
  override readonly name = 'ConfigError'

  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return carriesCode(thrown, 'STOWAGE_CONFIG')
  }
}

/** A call cannot be carried out as made: ill-formed key, undefined value, use after close. Nothing was stored. */
export class UsageError extends StowageError {
  readonly code = 'STOWAGE_USAGE' as const
  override readonly name = 'UsageError'

  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return carriesCode(thrown, 'STOWAGE_USAGE')
  }
}

/** A backend operation failed. `cause` is what the backend threw. */
export class BackendError extends StowageError {
  readonly code = 'STOWAGE_BACKEND' as const
  override readonly name = 'BackendError'
  readonly backend: string
  readonly operation: string

  constructor(fault: { readonly backend: string; readonly operation: string; readonly cause: unknown }) {
    super(`${fault.backend}: ${fault.operation} failed: ${messageOf(fault.cause)}`, { cause: fault.cause })
    this.backend = fault.backend
    this.operation = fault.operation
  }

  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return carriesCode(thrown, 'STOWAGE_BACKEND')
  }
}

/** A value could not become bytes (thrown), or bytes no value (the lookup is a miss, reason `undecodable`). */
export class CodecError extends StowageError {
  readonly code = 'STOWAGE_CODEC' as const
  override readonly name = 'CodecError'
  readonly direction: 'encode' | 'decode'
  readonly codec: string

  constructor(fault: { readonly direction: 'encode' | 'decode'; readonly codec: string; readonly cause: unknown }) {
    super(`codec ${fault.codec}: ${fault.direction} failed: ${messageOf(fault.cause)}`, { cause: fault.cause })
    this.direction = fault.direction
    this.codec = fault.codec
  }

  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return carriesCode(thrown, 'STOWAGE_CODEC')
  }
}

/** Something took longer than it was allowed to. */
export class TimeoutError extends StowageError {
  readonly code = 'STOWAGE_TIMEOUT' as const
  override readonly name = 'TimeoutError'
  readonly phase: 'load' | 'change' | 'backend'
  readonly limitMs: number

  /** @param reason why, where that is known */
  constructor(phase: 'load' | 'change' | 'backend', limitMs: number, reason?: Error) {
    const what = `${phase} took longer than ${limitMs} ms`
    if (reason === undefined) super(what)
    else super(`${what}: ${reason.message}`, { cause: reason })
    this.phase = phase
    this.limitMs = limitMs
  }

  static override [Symbol.hasInstance](thrown: unknown): boolean {
    return carriesCode(thrown, 'STOWAGE_TIMEOUT')
  }
}

/** The message of whatever was thrown; anything can be, also what has no text. */
export function messageOf(thrown: unknown): string {
  try {
    // Of any type, where somebody has put something else there.
    const said: unknown = thrown instanceof Error ? thrown.message : thrown
    return String(said)
  } catch {
    return 'something without a text'
  }
}

/** How a refused value looks in a message, here and in other packages: short, never more than its beginning, and without a password. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return described(withoutPassword(value))
  if (typeof value === 'bigint') return `${value}n`
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'function' ? 'a function' : String(value)
}

function described(text: string): string {
  return `'${text.length > 60 ? `${text.slice(0, 60)}…` : text}'`
}
