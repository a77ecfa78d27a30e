/** What the compiler promises users: results inferred, misuse refused. Compiled by `pnpm verify`, never run. */
import { type Cache, createCache, type Duration, type Lookup, type Served } from '@stowage/core'
import { ReferenceBackend } from '@stowage/core/testing'
import { expectTypeOf } from 'vitest'

const backend = new ReferenceBackend()
const cache: Cache = createCache({ backend, ttl: '10m' })

// A loader's result is the result, with and without a context, now or later.
expectTypeOf(cache.getOrSet('k', () => ({ id: 1 }))).resolves.toEqualTypeOf<{ id: number }>()
expectTypeOf(cache.getOrSet('k', async () => [1, 2])).resolves.toEqualTypeOf<number[]>()
expectTypeOf(cache.getOrSet('k', ({ skip }) => skip('text' as string))).resolves.toEqualTypeOf<string>()
expectTypeOf(cache.lookupOrSet('k', () => 1)).resolves.toEqualTypeOf<Served<number>>()

// Without a type argument a stored value is unknown, and a miss is in the type.
expectTypeOf(cache.get('k')).resolves.toEqualTypeOf<unknown>()
expectTypeOf(cache.get<string>('k')).resolves.toEqualTypeOf<string | undefined>()
expectTypeOf(cache.peek<string>('k')).toEqualTypeOf<string | undefined>()
expectTypeOf(cache.getSync<string>('k')).toEqualTypeOf<string | undefined>()
expectTypeOf(cache.lookup<number>('k')).resolves.toEqualTypeOf<Lookup<number>>()

// Keys: texts and parts, read-only tuples too.
void cache.get(['user', 7, { at: new Date(), deep: [1n, null, undefined] }] as const)
// @ts-expect-error a number is not a key
void cache.get(7)
// @ts-expect-error a Map cannot be part of a key
void cache.get(['user', new Map()])

expectTypeOf<'15m'>().toExtend<Duration>()
// @ts-expect-error not a unit
void cache.set('k', 1, '5 parsecs')
// @ts-expect-error not an option
void cache.set('k', 1, { grace: '1h' })
// @ts-expect-error fresh is for loads
void cache.set('k', 1, { fresh: true })
// @ts-expect-error ttl is required
createCache({ backend })
// @ts-expect-error one target at a time names what it covers
void cache.invalidate({ tag: 't' })

cache.on('lookup', (event) => {
  if (event.outcome === 'miss') expectTypeOf(event.reason).toExtend<string>()
  else expectTypeOf(event.tier).toEqualTypeOf<string>()
})
// @ts-expect-error not an event
cache.on('hit', () => undefined)

// A wrapped function keeps its parameters, optional ones too.
const wrapped = cache.wrap(async (a: string, b?: number) => a.length + (b ?? 0), { key: (a, b?) => [a, b] })
expectTypeOf(wrapped('x')).resolves.toEqualTypeOf<number>()
expectTypeOf(wrapped('x', 1)).resolves.toEqualTypeOf<number>()
// @ts-expect-error not its parameter
void wrapped(1)

// A schema decides the type, whatever the source is said to give.
const schema = { '~standard': { validate: (value: unknown) => ({ value: String(value) }) } }
expectTypeOf(cache.get('k', { schema })).resolves.toEqualTypeOf<string | undefined>()
expectTypeOf(cache.getOrSet('k', (): unknown => JSON.parse('1'), { schema })).resolves.toEqualTypeOf<string>()
expectTypeOf(cache.lookupOrSet('k', () => 1, { schema, ttl: '1m' })).resolves.toEqualTypeOf<Served<string>>()
const texts: string[] = ['k']
expectTypeOf(cache.getOrSetMany(texts, () => new Map<string, unknown>(), { schema })).resolves.toEqualTypeOf<
  Map<string, string | undefined>
>()
// @ts-expect-error a schema of another type than the function's result
cache.wrap((id: number) => id, { key: (id) => [id], schema })
