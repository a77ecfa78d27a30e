/**
 * A query: key, loader and options of one kind of value in one place, so that no two callers can disagree about them.
 *
 * Where `cache.wrap` keeps the results of a function that exists, a query is a definition: tags and fingerprint may
 * follow from the arguments, the loader has its context, values can be set, asked for in bulk and warmed ahead.
 */
import { inSlices } from './clock.ts'
import { ConfigError, describe, UsageError } from './errors.ts'
import type { Cache } from './face.ts'
import type { Key } from './key.ts'
import { ownOptions, requireKnownOptions } from './limits.ts'
import type { LoadContext } from './load-context.ts'
import type { LoadOptions } from './options.ts'
import { LOAD_OPTIONS } from './plan.ts'
import type { Schema } from './schema.ts'
import type { Served } from './served.ts'
import type { MaybePromise } from './vocabulary.ts'
import type { WarmTask } from './warmer/warm-task.ts'
import { isCompared } from './wrap.ts'
import type { SetResult } from './write.ts'

type FixedOptions = Omit<LoadOptions, 'tags' | 'fingerprint' | 'schema' | 'fresh' | 'signal'>

export interface QueryDefinition<T, Args> extends FixedOptions {
  /** The key of these arguments: everything that the value depends on. */
  readonly key: (args: Args) => Key
  readonly load: (args: Args, context: LoadContext) => T | Promise<T>
  /**
   * Asks the source for many at once; `getMany` then calls it for what is missing. Arguments are compared by their keys;
   * those that are not in the answer have no value. Its tags and fingerprint cannot depend on the arguments.
   */
  readonly loadMany?: (missing: readonly Args[]) => MaybePromise<ReadonlyMap<Args, T>>
  readonly tags?: readonly string[] | ((args: Args) => readonly string[])
  /** What the value is derived from, as {@link LoadOptions.fingerprint}. */
  readonly fingerprint?: string | ((args: Args) => MaybePromise<string>)
  /** What values must fit, without becoming another type by it. */
  readonly schema?: Schema<T>
}

/** What one call may say besides. */
export interface QueryCall {
  /** Ends this caller's wait. The load goes on while anybody else waits for it. */
  readonly signal?: AbortSignal
}

/** Its functions need no `this`: they can be taken apart and handed on. */
export interface Query<T, Args> {
  /** For what only the cache can do: `cache.expire({ key: query.key(args) })`. */
  readonly key: (args: Args) => Key
  /** The stored value, or the loader's, which is then stored: `getOrSet`. */
  readonly get: (args: Args, call?: QueryCall) => Promise<T>
  /** The same, and how the value was come by: `lookupOrSet`. */
  readonly lookup: (args: Args, call?: QueryCall) => Promise<Served<T>>
  /** One value per arguments, in their order; undefined where `loadMany` gave none. */
  readonly getMany: (list: readonly Args[]) => Promise<(T | undefined)[]>
  /** The fresh value held in this process's memory, at once. None where a schema or fingerprint would have to be asked. */
  readonly peek: (args: Args) => T | undefined
  readonly set: (args: Args, value: Exclude<T, undefined>) => Promise<SetResult>
  /** Loads now, and keeps the value. */
  readonly refresh: (args: Args, call?: QueryCall) => Promise<T>
  /** Forgets the value. True when there was one; a load that began before cannot bring it back. */
  readonly invalidate: (args: Args) => Promise<boolean>
  /** Tasks for `createWarmer`, and what its events call them: by default their keys. */
  readonly warmTasks: (list: Iterable<Args>, nameOf?: (args: Args) => string) => WarmTask[]
}

/**
 * A query on `cache`. Give the type of the arguments where `key` takes them; all else follows from it.
 * @throws ConfigError naming the option, its value and what is allowed.
 */
export function defineQuery<T, Args = void>(cache: Cache, definition: QueryDefinition<T, Args>): Query<T, Args> {
  const defined = requireDefinition(cache, definition)
  const { key, load, loadMany } = defined
  const mustCompare = isCompared(defined)
  const optionsOf = optionsBy(defined)
  const optionsIn = (args: Args, call: QueryCall | undefined): LoadOptions =>
    call === undefined ? optionsOf(args) : { ...optionsOf(args), ...ownOptions(call, ['signal']) }
  const loaderOf = (args: Args) => (context: LoadContext) => load(args, context)
  const get = async (args: Args, call?: QueryCall) => cache.getOrSet(key(args), loaderOf(args), optionsIn(args, call))
  return {
    key,
    get,
    lookup: async (args, call) => cache.lookupOrSet(key(args), loaderOf(args), optionsIn(args, call)),
    getMany: async (list) => {
      if (loadMany === undefined) return inSlices(list, (args) => get(args))
      // With loadMany they are the same for all arguments.
      const [options] = list.slice(0, 1).map(optionsOf)
      return getMany(cache, { key, loadMany }, list, options)
    },
    peek: (args) => (mustCompare ? undefined : cache.peek<T>(key(args))),
    set: async (args, value) => cache.set(key(args), value, optionsOf(args)),
    refresh: async (args, call) => cache.getOrSet(key(args), loaderOf(args), { ...optionsIn(args, call), fresh: true }),
    invalidate: async (args) => cache.delete(key(args)),
    warmTasks: (list, nameOf) =>
      Array.from(list, (args) => {
        const task = { key: key(args), loader: loaderOf(args), options: optionsOf(args) }
        return nameOf === undefined ? task : { ...task, name: nameOf(args) }
      }),
  }
}

/** What calls for these arguments ask of the cache. Where nothing follows from the arguments, a hit builds no options. */
function optionsBy<T, Args>(definition: QueryDefinition<T, Args>): (args: Args) => LoadOptions {
  const { key: _, load: __, loadMany: ___, tags, fingerprint, ...others } = definition
  const fixed: LoadOptions = {
    ...others,
    ...(tags === undefined || typeof tags === 'function' ? undefined : { tags }),
    ...(fingerprint === undefined || typeof fingerprint === 'function' ? undefined : { fingerprint }),
  }
  if (typeof tags !== 'function' && typeof fingerprint !== 'function') return () => fixed
  return (args) => ({
    ...fixed,
    ...(typeof tags === 'function' ? { tags: tags(args) } : undefined),
    ...(typeof fingerprint === 'function' ? { fingerprint: async () => fingerprint(args) } : undefined),
  })
}

async function getMany<T, Args>(
  cache: Cache,
  { key, loadMany }: Required<Pick<QueryDefinition<T, Args>, 'key' | 'loadMany'>>,
  list: readonly Args[],
  options: LoadOptions | undefined,
): Promise<(T | undefined)[]> {
  const asked = list.map((args) => [key(args), args] as const)
  const argsByKey = new Map(asked)
  const loader = async (missing: readonly Key[]) => {
    const wanted = new Set(missing)
    const found = await loadMany([...argsByKey].filter(([each]) => wanted.has(each)).map(([, args]) => args))
    if (isMap(found)) return new Map(Array.from(found, ([args, value]) => [key(args), value] as const))
    throw new UsageError(
      `loadMany: ${describe(found)} is not allowed; allowed: a Map from the arguments it was given to their values`,
    )
  }
  const values = await cache.getOrSetMany([...argsByKey.keys()], loader, options)
  return asked.map(([each]) => values.get(each))
}

/** Typed loaders give Maps; others give anything. */
function isMap<K, V>(found: ReadonlyMap<K, V>): boolean {
  return found instanceof Map
}

const DEFINITION_OPTIONS = ['key', 'load', 'loadMany', ...LOAD_OPTIONS] as const

/** @returns the definition with its options as own ones. @throws ConfigError */
function requireDefinition<T, Args>(cache: Cache, definition: QueryDefinition<T, Args>): QueryDefinition<T, Args> {
  if (typeof cache?.getOrSet !== 'function') {
    throw new ConfigError(`defineQuery: ${describe(cache)} is not a cache; allowed: what createCache() returns`)
  }
  if (typeof definition !== 'object' || definition === null) {
    throw new ConfigError(`defineQuery: ${describe(definition)} is not a definition; allowed: { key, load, ... }`)
  }
  requireKnownOptions('defineQuery', definition, DEFINITION_OPTIONS)
  const defined = ownOptions(definition, DEFINITION_OPTIONS)
  const { key, load, loadMany, tags, fingerprint, ...fixed } = defined
  for (const [name, value] of Object.entries({ key, load, loadMany: loadMany ?? load })) {
    if (typeof value !== 'function') {
      throw new ConfigError(`defineQuery: ${name}: ${describe(value)} is not allowed; allowed: a function`)
    }
  }
  const dependent = Object.entries({ tags, fingerprint }).find(
    ([, rule]) => typeof rule === 'function' && rule.length > 0,
  )
  if (loadMany !== undefined && dependent !== undefined) {
    throw new ConfigError(
      `defineQuery: ${dependent[0]}: a function of the arguments is not allowed beside loadMany, which loads for many; allowed: the same for all`,
    )
  }
  // The cache checks options of loads without a load only here.
  cache.wrap(load, {
    key,
    ...fixed,
    ...(typeof tags === 'function' ? undefined : { tags }),
    ...(typeof fingerprint === 'function' ? undefined : { fingerprint }),
  })
  return defined
}
