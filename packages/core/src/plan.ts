/** A call's options checked and completed: what the trips work with. All checks run before anything is stored. */
import { ConfigError, describe } from './errors.ts'
import { type KeySpace, MAX_TAG_COUNT } from './key.ts'
import { oneOf, ownOptions, partOf, requireKnownOptions, share } from './limits.ts'
import type { CallDefaults, EntryOptions, LoadDefaults, LoadOptions } from './options.ts'
import { isSchema, type Schema } from './schema.ts'
import { type Duration, durationMs, type Ttl, ttlMs, type Windows } from './ttl.ts'
import type { MaybePromise, Placement } from './vocabulary.ts'

/** Entry options with every default filled in, checked. */
export interface EntryPlan extends Windows {
  readonly jitter: number
  /** Storage texts, without duplicates; generation tags of the namespace included. */
  readonly tags: readonly string[]
  readonly fingerprint: string | undefined
  readonly sliding: boolean
  readonly placement: Placement
}

/** Load options with every default filled in, checked. */
export interface LoadPlan extends EntryPlan {
  readonly softTimeoutMs: number | undefined
  readonly hardTimeoutMs: number | undefined
  readonly refreshAhead: number | undefined
  readonly negativeTtlMs: number | undefined
  readonly retryAfterErrorMs: number
  readonly shared: boolean
  readonly fresh: boolean
  readonly schema: Schema | undefined
  readonly signal: AbortSignal | undefined
}

/** Options whose fingerprint is known. */
export type Settled<Options extends EntryOptions> = Omit<Options, 'fingerprint'> & { readonly fingerprint?: string }

/** Asks a fingerprint that is a function. Most are none, and pay no promise. */
export function settled<Options extends EntryOptions>(
  given: Ttl | Options | undefined,
): MaybePromise<Ttl | Settled<Options> | undefined> {
  if (typeof given !== 'object' || given === null || isSettled(given)) return given
  return asked(given)
}

function isSettled<Options extends EntryOptions>(options: Options): options is Options & Settled<Options> {
  return typeof options.fingerprint !== 'function'
}

async function asked<Options extends EntryOptions>(given: Options): Promise<Settled<Options>> {
  const { fingerprint, ...options } = ownOptions(given, LOAD_OPTIONS)
  if (typeof fingerprint !== 'function') return options
  return { ...options, fingerprint: textOption('fingerprint', await fingerprint()) }
}

/** Options that a cache may set for all its calls. */
export const CALL_DEFAULTS = ['jitter', 'staleWhileRevalidate', 'staleIfError'] as const
export const LOAD_DEFAULTS = ['softTimeout', 'hardTimeout', 'refreshAhead', 'negativeTtl', 'singleFlight'] as const
export const LOAD_OPTIONS: readonly (keyof LoadOptions)[] = [
  'ttl',
  'tags',
  'fingerprint',
  'sliding',
  'tier',
  ...CALL_DEFAULTS,
  'fresh',
  'retryAfterError',
  'schema',
  'signal',
  ...LOAD_DEFAULTS,
]

/** A failing source is asked once a second at most for a key whose stale value can be served. */
const DEFAULT_RETRY_AFTER_ERROR_MS = 1_000

const PLAIN: Omit<LoadPlan, 'freshMs'> = {
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  jitter: 0,
  tags: [],
  fingerprint: undefined,
  sliding: false,
  placement: 'all',
  softTimeoutMs: undefined,
  hardTimeoutMs: undefined,
  refreshAhead: undefined,
  negativeTtlMs: undefined,
  retryAfterErrorMs: DEFAULT_RETRY_AFTER_ERROR_MS,
  shared: false,
  fresh: false,
  schema: undefined,
  signal: undefined,
}

/** What a cache's calls get when they say nothing. @throws ConfigError */
export function planDefaults(freshMs: number, options: CallDefaults & LoadDefaults): LoadPlan {
  return { ...PLAIN, freshMs, ...callPlan(options, PLAIN), ...loadPlan(options, PLAIN) }
}

/** @throws ConfigError or UsageError before anything is stored. */
export function planEntry(
  given: Ttl | Settled<EntryOptions> | undefined,
  defaults: LoadPlan,
  keys: KeySpace,
): EntryPlan {
  const options: Settled<EntryOptions> = typeof given === 'object' ? given : given === undefined ? {} : { ttl: given }
  // What only a load obeys is let pass: one object may serve a set and a getOrSet.
  requireKnownOptions('options', options, LOAD_OPTIONS)
  return entryPlan(options, defaults, keys)
}

/** As {@link planEntry}, for a load. */
export function planLoad(given: Ttl | Settled<LoadOptions> | undefined, defaults: LoadPlan, keys: KeySpace): LoadPlan {
  const options: Settled<LoadOptions> = typeof given === 'object' ? given : given === undefined ? {} : { ttl: given }
  requireKnownOptions('options', options, LOAD_OPTIONS)
  const { fresh = false, retryAfterError, signal } = options
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new ConfigError(`signal: ${describe(signal)} is not a signal; allowed: an AbortSignal`)
  }
  return {
    ...entryPlan(options, defaults, keys),
    ...loadPlan(options, defaults),
    retryAfterErrorMs:
      retryAfterError === undefined ? defaults.retryAfterErrorMs : durationMs('retryAfterError', retryAfterError),
    fresh: flag('fresh', fresh),
    schema: requireSchema(options.schema),
    signal,
  }
}

/** Storage texts of the user's tags, the cache's for every entry and the namespace's generations. @throws ConfigError, UsageError */
export function planTags(tags: readonly string[] | undefined, keys: KeySpace): readonly string[] {
  if (tags === undefined) return keys.entryTags
  if (!Array.isArray(tags)) throw new ConfigError(`tags: ${describe(tags)} is not a list; allowed: an array of texts`)
  const texts = [...new Set([...keys.entryTags, ...keys.storageTags(tags)])]
  requireTagCount(texts, keys)
  return texts
}

/** @throws ConfigError when an entry would carry more of the user's tags than allowed. */
export function requireTagCount(storageTags: readonly string[], keys: KeySpace): void {
  const count = storageTags.length - keys.generationTags.length
  if (count > MAX_TAG_COUNT) throw new ConfigError(`tags: ${count} is too many; allowed: ${MAX_TAG_COUNT} per entry`)
}

function entryPlan(options: Settled<EntryOptions>, defaults: LoadPlan, keys: KeySpace): EntryPlan {
  const { ttl, fingerprint } = options
  return {
    ...callPlan(options, defaults),
    freshMs: ttl === undefined ? defaults.freshMs : ttlMs('ttl', ttl),
    tags: planTags(options.tags, keys),
    fingerprint: fingerprint === undefined ? undefined : textOption('fingerprint', fingerprint),
    sliding: flag('sliding', options.sliding ?? false),
    placement: oneOf('tier', options.tier ?? 'all', ['near', 'far', 'all']),
  }
}

function callPlan(
  options: CallDefaults,
  defaults: Omit<LoadPlan, 'freshMs'>,
): Pick<EntryPlan, 'staleWhileRevalidateMs' | 'staleIfErrorMs' | 'jitter'> {
  const { jitter, staleWhileRevalidate, staleIfError } = options
  return {
    staleWhileRevalidateMs: optionalMs('staleWhileRevalidate', staleWhileRevalidate) ?? defaults.staleWhileRevalidateMs,
    staleIfErrorMs: optionalMs('staleIfError', staleIfError) ?? defaults.staleIfErrorMs,
    jitter: jitter === undefined ? defaults.jitter : share('jitter', jitter),
  }
}

type Waits = Pick<LoadPlan, 'softTimeoutMs' | 'hardTimeoutMs' | 'refreshAhead' | 'negativeTtlMs' | 'shared'>

function loadPlan(options: LoadDefaults, defaults: Waits): Waits {
  const { softTimeout, hardTimeout, refreshAhead, negativeTtl, singleFlight } = options
  const softTimeoutMs = optionalMs('softTimeout', softTimeout) ?? defaults.softTimeoutMs
  const hardTimeoutMs = optionalMs('hardTimeout', hardTimeout) ?? defaults.hardTimeoutMs
  if (softTimeoutMs !== undefined && hardTimeoutMs !== undefined && softTimeoutMs >= hardTimeoutMs) {
    throw new ConfigError(
      `softTimeout: ${softTimeoutMs} ms never comes before hardTimeout; allowed: less than ${hardTimeoutMs} ms`,
    )
  }
  return {
    softTimeoutMs,
    hardTimeoutMs,
    refreshAhead: refreshAhead === undefined ? defaults.refreshAhead : partOf('refreshAhead', refreshAhead),
    negativeTtlMs: optionalMs('negativeTtl', negativeTtl) ?? defaults.negativeTtlMs,
    shared:
      singleFlight === undefined
        ? defaults.shared
        : oneOf('singleFlight', singleFlight, ['process', 'shared']) === 'shared',
  }
}

function optionalMs(option: string, duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : durationMs(option, duration)
}

/** @throws ConfigError when it cannot validate. */
export function requireSchema(schema: Schema | undefined): Schema | undefined {
  if (schema === undefined || isSchema(schema)) return schema
  throw new ConfigError(
    `schema: ${describe(schema)} is not a schema; allowed: one that follows Standard Schema, as those of zod and valibot do`,
  )
}

/** @throws ConfigError when it is not non-empty text, or none that bytes can hold. */
export function textOption(option: string, text: unknown): string {
  if (typeof text !== 'string' || text.length === 0) {
    throw new ConfigError(`${option}: ${describe(text)} is not allowed; allowed: non-empty text`)
  }
  if (!text.isWellFormed()) {
    throw new ConfigError(`${option}: ${describe(text.toWellFormed())} holds a lone surrogate, which has no UTF-8 form`)
  }
  return text
}

/** @throws ConfigError when it is neither true nor false. */
export function flag(option: string, value: unknown): boolean {
  if (typeof value !== 'boolean')
    throw new ConfigError(`${option}: ${describe(value)} is not allowed; allowed: true, false`)
  return value
}
