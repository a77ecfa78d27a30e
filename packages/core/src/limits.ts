/** Checks for options, shared by core and the backends: closed option sets, byte sizes, counts, choices. */
import { ConfigError, describe } from './errors.ts'

const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1_000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
}

/** A size: a number is bytes, a text carries its unit (`'500MB'`, `'64KiB'`). */
export type ByteSize = number | `${number}${'B' | 'KB' | 'MB' | 'GB' | 'KiB' | 'MiB' | 'GiB'}`

/** @throws ConfigError when `options` is no object, or one of a built-in class without any of `known`, or has a name that is not among these. */
export function requireKnownOptions(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new ConfigError(`${where}: ${describe(options)} is not an options object`)
  }
  // A Date given as the end of an entry's life, or a promise that was not awaited, would pass as options that say nothing.
  const kind = Object.prototype.toString.call(options).slice('[object '.length, -1)
  if (kind !== 'Object' && !known.some((name) => name in options)) {
    throw new ConfigError(`${where}: an instance of ${kind} is not an options object`)
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new ConfigError(`${where}: unknown option '${unknown}'; allowed: ${known.join(', ')}`)
  }
}

/**
 * The same options with those that the object inherits, from a class or by Object.create, as its own: for whoever copies them.
 * They count where no copy is made.
 */
export function ownOptions<Options extends object>(options: Options, known: readonly string[]): Options {
  const inherited = known.filter((name) => name in options && !Object.hasOwn(options, name))
  if (inherited.length === 0) return options
  const said = inherited.map((name): [string, unknown] => [name, Reflect.get(options, name)])
  return { ...options, ...Object.fromEntries(said) }
}

/** Whether it is an object with these methods, whatever its type says. */
export function hasMethods(value: unknown, names: readonly string[]): boolean {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')
  )
}

/** Looked at where it is given: when it is called, it is too late to say that it is none. @throws ConfigError naming the option or argument */
export function requireFunction(option: string, given: unknown): void {
  if (typeof given === 'function') return
  throw new ConfigError(`${option}: ${describe(given)} is not allowed; allowed: a function`)
}

/** @throws ConfigError naming the option `clock` */
export function requireClock(clock: unknown): void {
  if (hasMethods(clock, ['nowMs', 'schedule'])) return
  throw new ConfigError(`clock: ${describe(clock)} is not a clock; allowed: an object with nowMs and schedule`)
}

/** Whole bytes of a size above 0. @throws ConfigError */
export function byteCount(option: string, size: unknown): number {
  return bytesFrom(option, size, 1, 'whole bytes above 0')
}

/** The same, and 0 for none at all. @throws ConfigError */
export function byteCountOrNone(option: string, size: unknown): number {
  return bytesFrom(option, size, 0, '0 for none, whole bytes above 0')
}

function bytesFrom(option: string, size: unknown, least: number, allowed: string): number {
  const bytes = typeof size === 'string' ? parseSize(size) : size
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < least) {
    throw new ConfigError(
      `${option}: ${describe(size)} is not a size; allowed: ${allowed}, or a text such as '64MB', '1GiB'`,
    )
  }
  return bytes
}

/** A whole number of at least 1. @throws ConfigError */
export function positiveCount(option: string, count: unknown): number {
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1) {
    throw new ConfigError(`${option}: ${describe(count)} is not a count; allowed: whole numbers from 1`)
  }
  return count
}

/** A share from 0 to 1. @throws ConfigError */
export function share(option: string, value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) {
    throw new ConfigError(`${option}: ${describe(value)} is not a share; allowed: numbers from 0 to 1`)
  }
  return value
}

/** A share that is neither nothing nor all. @throws ConfigError */
export function partOf(option: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0 && value < 1)) {
    throw new ConfigError(`${option}: ${describe(value)} is not a part; allowed: numbers above 0 and below 1`)
  }
  return value
}

/** One of a closed set of words. @throws ConfigError */
export function oneOf<const Word extends string>(option: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === value)
  if (found === undefined) {
    throw new ConfigError(
      `${option}: ${describe(value)} is not known; allowed: ${words.map((word) => `'${word}'`).join(', ')}`,
    )
  }
  return found
}

function parseSize(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(B|KB|MB|GB|KiB|MiB|GiB)$/.exec(text) ?? []
  return amount === undefined || unit === undefined
    ? Number.NaN
    : Math.round(Number(amount) * (UNIT_BYTES[unit] ?? Number.NaN))
}
