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
import type { Middleware } from './middleware.ts'

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
}

/** @throws ConfigError */
export function invalidatesMiddleware<Ctx, Input>(
  cache: Cache,
  options: InvalidatesOptions<Ctx, Input>,
): Middleware<Ctx, Input> {
  requireTargets(options)
  const { tags, keys } = options
  return async (call) => {
    const result = await call.next()
    if (!result.ok) return result
    const { ctx, input } = call
    const success = { ctx, input, output: result.data }
    await invalidate(cache, listOf('tags', tags, success), listOf('keys', keys, success))
    return result
  }
}

/**
 * The mutation has been done, so that its caller is not told that it failed when the cache did: core has counted the
 * failure, tries again until it is done, and serves nothing it covers until then.
 */
async function invalidate(cache: Cache, tags: readonly string[], keys: readonly Key[]): Promise<void> {
  const done = await Promise.allSettled([
    tags.length === 0 ? undefined : cache.invalidate({ tags }),
    keys.length === 0 ? undefined : cache.deleteMany(keys),
  ])
  for (const step of done) {
    if (step.status === 'rejected' && !(step.reason instanceof BackendError)) throw step.reason
  }
}

function listOf<Ctx, Input, Item>(
  option: string,
  given: BySuccess<Ctx, Input, readonly Item[]> | undefined,
  success: SucceededCall<Ctx, Input>,
): readonly Item[] {
  const list: readonly Item[] = typeof given === 'function' ? given(success) : (given ?? [])
  requireList(option, list)
  return list
}

function requireList(option: string, list: unknown): void {
  if (Array.isArray(list)) return
  throw new UsageError(`invalidates: ${option}: ${describe(list)} is not a list; allowed: an array`)
}

function requireTargets(options: object): void {
  requireKnownOptions('invalidates', options, ['tags', 'keys'])
  const given = Object.entries(options).filter(([, target]) => target !== undefined)
  if (given.length === 0) throw new ConfigError('invalidates: nothing is named; allowed: tags, keys, or both')
  for (const [option, target] of given) {
    if (typeof target === 'function' || (Array.isArray(target) && target.length > 0)) continue
    throw new ConfigError(
      `invalidates: ${option}: ${describe(target)} is not allowed; allowed: an array that is not empty, or a function of the call that gives one`,
    )
  }
}
