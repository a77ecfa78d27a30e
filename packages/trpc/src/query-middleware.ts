/**
 * The trip of a cached query: key, cache, and on a miss the procedure's own steps, whose result is kept.
 *
 * tRPC's steps run for one request, with its context and its signal. Whoever waits for a load of another request takes
 * its data, as the key says that it is theirs too, but nothing else of it: a load that ended with its request is not
 * theirs, a stream is made anew for each, and an error is copied.
 */
import { type Cache, ConfigError, type Key, type LoadContext, type LoadOptions, messageOf } from '@stowage/core'
import { isAnswer, ownCopy, RepeatedNotFound } from './failures.ts'
import { grant } from './http-grant.ts'
import { NoKeyPart } from './input-part.ts'
import { keptData, keptNotFound, readKept, Unkept } from './kept.ts'
import { loadScope } from './load-scope.ts'
import { answer, type Middleware, type MiddlewareCall, type MiddlewareResult } from './middleware.ts'
import { PublicReads, watchReads } from './public-reads.ts'
import { queryKey } from './query-key.ts'
import type { QueryPlan, ServedFacts } from './query-options.ts'
import { partitionOf } from './scope.ts'
import { isStream } from './stream.ts'
import { warnOnce } from './warning.ts'

/** @param isGuarded says whether what public queries read of ctx is watched. */
export function queryMiddleware<Ctx, Input>(
  cache: Cache,
  plan: QueryPlan<Ctx, Input>,
  isGuarded: boolean,
): Middleware<Ctx, Input> {
  const isWatched = isGuarded && plan.scope === 'public'
  return async (call) => {
    if (call.type !== 'query') return call.next()
    // Without an input yet, what the client sent is in the key, and validators after the cache may read it.
    const isRawKey = plan.key === undefined && call.input === undefined
    const key = keyOf(plan, call, isRawKey ? await call.getRawInput() : call.input)
    if (key === undefined) return call.next()
    const next = () => call.next({ getRawInput: isRawKey ? call.getRawInput : refuseLateInput(call.path) })
    const reads = isWatched ? new PublicReads(call.path, plan.reads) : undefined
    if (isWatched) watchReads(call.ctx)
    const options = plan.loadOptions(call)
    const { onServed } = plan
    const tell = onServed === undefined ? undefined : (served: ServedFacts) => onServed(call, served)
    const trip = new QueryTrip({ cache, key, next, options, signal: call.signal, reads, tell })
    if (plan.grant === undefined) return trip.run()
    const result = await trip.run()
    if (result.ok) grant(call.getRawInput, plan.grant, options.tags ?? [])
    return result
  }
}

/** Undefined for an input that makes no key. */
function keyOf<Ctx, Input>(
  { scope, key }: QueryPlan<Ctx, Input>,
  call: MiddlewareCall<Ctx, Input>,
  input: unknown,
): Key | undefined {
  const { path, ctx } = call
  const partition = partitionOf(scope, ctx)
  try {
    return queryKey(path, partition, key === undefined ? input : key(call))
  } catch (thrown) {
    if (!(thrown instanceof NoKeyPart)) throw thrown
    if (thrown.why === 'of another kind') {
      warnOnce(
        'STOWAGE_TRPC_UNCACHED',
        `${path} is not cached for an input that holds ${thrown.message}: say by \`key\` what stands for it`,
      )
    }
    return undefined
  }
}

/** An answer is not lost to whoever only wants to know of it. */
function tellSafely(tell: (served: ServedFacts) => void, served: ServedFacts): void {
  try {
    tell(served)
  } catch (thrown) {
    warnOnce('STOWAGE_TRPC_ON_SERVED', `onServed threw (${messageOf(thrown)}); the answer went out all the same`)
  }
}

/** What one call brings to the cache. */
interface QueryCall {
  readonly cache: Cache
  readonly key: Key
  readonly options: LoadOptions
  /** The procedure's own steps. */
  readonly next: () => Promise<MiddlewareResult>
  readonly signal: AbortSignal | undefined
  readonly reads: PublicReads | undefined
  /** Told how the answer was come by. */
  readonly tell: ((served: ServedFacts) => void) | undefined
}

class QueryTrip {
  readonly #call: QueryCall
  /** What the steps of this very call came to. */
  #own: MiddlewareResult | undefined

  constructor(call: QueryCall) {
    this.#call = call
  }

  async run(): Promise<MiddlewareResult> {
    for (;;) {
      let kept: unknown
      try {
        kept = await this.#ask()
      } catch (thrown) {
        return this.#failed(thrown)
      }
      const isOfOneThatLeft = kept instanceof Unkept && kept.isOver
      // Another's request is over: where this one is not, it asks again.
      if (!isOfOneThatLeft || this.#call.signal?.aborted === true) return this.#resultOf(kept)
    }
  }

  async #ask(): Promise<unknown> {
    const { cache, key, options, tell } = this.#call
    if (tell === undefined) return cache.getOrSet(key, this.#load, options)
    const { value, ...served } = await cache.lookupOrSet(key, this.#load, options)
    if (!(value instanceof Unkept) || value.result.ok) tellSafely(tell, served)
    return value
  }

  #failed(thrown: unknown): MiddlewareResult {
    if (this.#own?.ok === false && this.#own.error === thrown) return this.#own
    throw ownCopy(thrown)
  }

  #resultOf(kept: unknown): MiddlewareResult | Promise<MiddlewareResult> {
    if (kept instanceof Unkept) return this.#unkept(kept.result)
    const read = readKept(kept)
    if ('data' in read) return answer(read.data)
    if (this.#own?.ok === false && this.#own.error.code === 'NOT_FOUND') return this.#own
    throw new RepeatedNotFound(read.notFound)
  }

  #unkept(result: MiddlewareResult): MiddlewareResult | Promise<MiddlewareResult> {
    if (this.#own === result) return result
    if (result.ok) return this.#call.next()
    throw ownCopy(result.error)
  }

  readonly #load = async (context: LoadContext): Promise<unknown> => {
    const { cache, key, next, options, signal, reads } = this.#call
    const result = await loadScope.run({ signal: context.signal, reads }, next)
    reads?.report()
    this.#own = result
    if (result.ok) return isStream(result.data) ? context.skip(new Unkept(result)) : keptData(result.data)
    const { error } = result
    // An error would count as the source's, so that others got an older value in place of a load of their own.
    if (signal?.aborted === true) return context.skip(new Unkept(result, true))
    if (error.code === 'NOT_FOUND' && options.negativeTtl !== undefined) {
      context.set({ ttl: options.negativeTtl })
      return keptNotFound(error.message)
    }
    if (!isAnswer(error)) throw error
    // What the source no longer gives is not to be served in its place. A deletion that fails is tried again by the cache.
    if (context.stale !== undefined) await Promise.allSettled([cache.delete(key)])
    return context.skip(new Unkept(result))
  }
}

/** A validator after the cache would decide by what is not in the key. */
function refuseLateInput(path: string) {
  return async (): Promise<never> => {
    throw new ConfigError(
      `query: ${path} has an input validator after the cached query, so that the key lacks what it reads; allowed: all validators before it`,
    )
  }
}
