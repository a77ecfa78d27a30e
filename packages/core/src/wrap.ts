/** Memoised functions: a function whose results are kept under keys made from its arguments. */
import { ConfigError, describe } from './errors.ts'
import type { Key } from './key.ts'
import { ownOptions, requireKnownOptions } from './limits.ts'
import type { Loader } from './load-context.ts'
import type { LoadOptions } from './options.ts'
import { LOAD_OPTIONS } from './plan.ts'
import type { Schema } from './schema.ts'

export interface WrapOptions<Args extends readonly unknown[], T> extends Omit<LoadOptions, 'schema'> {
  /** What results must fit, without becoming another type by it. */
  readonly schema?: Schema<T>
  /**
   * The key of a call. Required: a key guessed from arguments is how caches serve one caller's value to another. An
   * optional parameter of the function is written as one here, too: `key: (a, b?) => [a, b]`.
   */
  readonly key: (...args: Args) => Key
}

export interface Wrapped<Args extends readonly unknown[], T> {
  (...args: Args): Promise<T>
  /** Forgets the result for these arguments. */
  invalidate(...args: Args): Promise<boolean>
  /** Runs the function now and keeps what it returns. */
  refresh(...args: Args): Promise<T>
  /** The fresh result held in this process's memory, at once. None where a fingerprint or schema would have to be asked. */
  peek(...args: Args): T | undefined
}

/** What keeps the results: the cache, as far as it is needed here. */
interface ResultKeeper {
  getOrSet<T>(key: Key, loader: Loader<T>, options: LoadOptions): Promise<T>
  delete(key: Key): Promise<boolean>
  peek<T>(key: Key): T | undefined
}

const OPTIONS = ['key', ...LOAD_OPTIONS] as const

/** The options as own ones of an object. @throws ConfigError for what is no options object, has no `key`, or an unknown option. */
export function wrapOptions<Args extends readonly unknown[], T>(options: WrapOptions<Args, T>): WrapOptions<Args, T> {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigError(
      `wrap: ${describe(options)} is not an options object; allowed: one with key, a function from the arguments to a key`,
    )
  }
  requireKnownOptions('wrap', options, OPTIONS)
  if (typeof options.key === 'function') return ownOptions(options, OPTIONS)
  throw new ConfigError(
    `wrap: key: ${describe(options.key)} is not allowed; allowed: a function from the arguments to a key`,
  )
}

/** @param options as {@link wrapOptions} gives them. @throws ConfigError when `fn` is no function. */
export function wrap<Args extends readonly unknown[], T>(
  cache: ResultKeeper,
  fn: (...args: Args) => T | Promise<T>,
  { key, ...options }: WrapOptions<Args, T>,
): Wrapped<Args, T> {
  if (typeof fn !== 'function') throw new ConfigError(`wrap: ${describe(fn)} is not allowed; allowed: a function`)
  const mustCompare = isCompared(options)
  const call = async (...args: Args) => cache.getOrSet(key(...args), () => fn(...args), options)
  return Object.assign(call, {
    invalidate: async (...args: Args) => cache.delete(key(...args)),
    refresh: async (...args: Args) => cache.getOrSet(key(...args), () => fn(...args), { ...options, fresh: true }),
    peek: (...args: Args) => (mustCompare ? undefined : cache.peek<T>(key(...args))),
  })
}

/** Whether a value must be compared with something before it may be served: what is held at hand is then not enough. */
export function isCompared({
  fingerprint,
  schema,
}: {
  readonly fingerprint?: unknown
  readonly schema?: unknown
}): boolean {
  return fingerprint !== undefined || schema !== undefined
}
