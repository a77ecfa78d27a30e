/** The trip of a mutation that makes answers wrong: the procedure's own steps, and once they succeeded, the invalidation. */
import {
  BackendError,
  type Cache,
  ConfigError,
  describe,
  type Key,
  requireKnownOptions,
  UsageError,
} from '@stowage/core'
import type { ProcedureCall } from './call.ts'
import { type Change, type InvalidationHub, partitionText } from './invalidation-hub.ts'
import type { Middleware } from './middleware.ts'
import { pathOf, pathPrefix } from './query-key.ts'
import { type Partition, partitionOf, requireScope, type Scope } from './scope.ts'

/** A call that succeeded. */
export interface SucceededCall<Ctx, Input> extends ProcedureCall<Ctx, Input> {
  /** What the resolver returned. */
  readonly output: unknown
}

type BySuccess<Ctx, Input, T> = T | ((call: SucceededCall<Ctx, Input>) => T)

export interface InvalidatesOptions<Ctx, Input> {
  /** Everything with one of these tags. */
  readonly tags?: BySuccess<Ctx, Input, readonly string[]> | undefined
  /** Single entries, under the keys that {@link TrpcCache.key} gives, or any other of the cache. */
  readonly keys?: BySuccess<Ctx, Input, readonly Key[]> | undefined
  /** All answers of the queries at these paths; a walk over keys. With a scope of a function, those of its partition. */
  readonly paths?: BySuccess<Ctx, Input, readonly string[]> | undefined
  /** Whose browsers hear of it, by the subscription: everybody's, or those of one partition. Default: nobody's. */
  readonly scope?: Scope<Ctx> | undefined
}

/** @throws ConfigError */
export function invalidatesMiddleware<Ctx, Input>(
  cache: Cache,
  hub: InvalidationHub,
  options: InvalidatesOptions<Ctx, Input>,
): Middleware<Ctx, Input> {
  requireTargets(options)
  const { tags, keys, paths, scope } = options
  return async (call) => {
    const { ctx, input } = call
    // Before anything is done: a scope that names nobody refuses the mutation, and what is done is always invalidated.
    const partition = scope === undefined ? undefined : partitionOf(scope, ctx)
    const result = await call.next()
    if (!result.ok) return result
    const success = { ctx, input, output: result.data }
    const failures: unknown[] = []
    const targets = {
      tags: listOf('tags', tags, success, failures),
      keys: listOf('keys', keys, success, failures),
      paths: listOf('paths', paths, success, failures),
    }
    const done = await invalidate(cache, targets, partition, failures)
    // Only now: a browser that hears of it asks at once.
    if (partition !== undefined) hub.publish(changeOf(done, partition))
    // The mutation has been done: what one option fails to name keeps nothing of what the others name.
    if (failures.length > 0) throw failures[0]
    return result
  }
}

interface Targets {
  readonly tags: readonly string[]
  readonly keys: readonly Key[]
  readonly paths: readonly string[]
}

/**
 * The mutation has been done, so that its caller is not told that it failed when the cache did: core has counted the
 * failure, tries again until it is done, and serves nothing it covers until then.
 * @param failures gets what the cache refuses. @returns what it did not
 */
async function invalidate(
  cache: Cache,
  { tags, keys, paths }: Targets,
  partition: Partition | undefined,
  failures: unknown[],
): Promise<Targets> {
  /** The items, or none where the cache refuses them. */
  const carriedOut = async <Item>(items: readonly Item[], act: () => Promise<unknown>): Promise<readonly Item[]> => {
    try {
      if (items.length > 0) await act()
    } catch (thrown) {
      if (thrown instanceof BackendError) return items
      failures.push(thrown)
      return []
    }
    return items
  }
  const [doneTags, doneKeys, ...donePaths] = await Promise.all([
    carriedOut(tags, () => cache.invalidate({ tags })),
    carriedOut(keys, () => cache.deleteMany(keys)),
    ...paths.map((path) => carriedOut([path], () => cache.invalidate({ prefix: prefixOf(path, partition) }))),
  ])
  return { tags: doneTags, keys: doneKeys, paths: donePaths.flat() }
}

function prefixOf(path: string, partition: Partition | undefined): Key {
  if (typeof path === 'string' && path !== '') return pathPrefix(path, partition)
  throw new UsageError(
    `invalidates: paths: ${describe(path)} is not a path; allowed: that of a procedure, e.g. 'posts.byId'`,
  )
}

function changeOf({ tags, keys, paths }: Targets, partition: Partition): Change {
  const named = keys.flatMap((key) => pathOf(key) ?? [])
  return { partition: partitionText(partition), tags, paths: [...new Set([...paths, ...named])] }
}

function listOf<Ctx, Input, Item>(
  option: string,
  given: BySuccess<Ctx, Input, readonly Item[]> | undefined,
  success: SucceededCall<Ctx, Input>,
  failures: unknown[],
): readonly Item[] {
  try {
    const list: readonly Item[] = typeof given === 'function' ? given(success) : (given ?? [])
    requireList(option, list)
    return list
  } catch (thrown) {
    failures.push(thrown)
    return []
  }
}

function requireList(option: string, list: unknown): void {
  if (Array.isArray(list)) return
  throw new UsageError(`invalidates: ${option}: ${describe(list)} is not a list; allowed: an array`)
}

function requireTargets(options: object): void {
  requireKnownOptions('invalidates', options, ['tags', 'keys', 'paths', 'scope'])
  const { scope, ...targets }: { readonly scope?: unknown } = options
  if (scope !== undefined) requireScope('invalidates', scope)
  const given = Object.entries(targets).filter(([, target]) => target !== undefined)
  if (given.length === 0) throw new ConfigError('invalidates: nothing is named; allowed: tags, keys, paths')
  for (const [option, target] of given) {
    if (typeof target === 'function' || (Array.isArray(target) && target.length > 0)) continue
    throw new ConfigError(
      `invalidates: ${option}: ${describe(target)} is not allowed; allowed: an array that is not empty, or a function of the call that gives one`,
    )
  }
}
