/** Keys of inputs: two inputs share one exactly when they are equal, for all that superjson carries. */
import { inspect, isDeepStrictEqual } from 'node:util'
import { createCache, keyText } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { createTrpcCache } from '@stowage/trpc'
import fc from 'fast-check'
import superjson from 'superjson'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { eventually, newCache, serve, t } from './service.ts'

const cached = createTrpcCache({ cache: createCache({ backend: memoryBackend({ maxEntries: 1 }), ttl: '1m' }) })
const textOf = (input: unknown) => keyText(cached.key('procedure', { input }))

/** Values that a careless key takes for one another. */
const LOOKALIKES: readonly unknown[] = [
  undefined,
  null,
  'undefined',
  'null',
  {},
  [],
  '',
  { a: undefined },
  { a: null },
  { b: undefined },
  [undefined],
  [null],
  [[]],
  0,
  -0,
  '0',
  0n,
  '0n',
  false,
  'false',
  Number.NaN,
  'NaN',
  Infinity,
  -Infinity,
  1e21,
  10n ** 21n,
  new Date(0),
  new Date(1),
  new Date(Number.NaN),
  new Date(0).toISOString(),
  { $date: null },
  { $$date: null },
  new Map(),
  new Set(),
  new Map([['a', 1]]),
  new Map([[{ a: 1 }, 1]]),
  new Map<unknown, unknown>([[1, 'a']]),
  new Map<unknown, unknown>([['1', 'a']]),
  { a: 1 },
  [['a', 1]],
  { $map: [['a', 1]] },
  { $set: ['a'] },
  new Set(['a']),
  new Set([['a']]),
  new Set(['a', 'b']),
  new Set(['b', 'a']),
  ['a', 'b'],
  ['a,b'],
  'a,b',
  /a/,
  /a/i,
  'a',
  '/a/',
  { $regexp: ['a', ''] },
  new URL('http://a/'),
  'http://a/',
  { $url: 'http://a/' },
  new Error('a'),
  new TypeError('a'),
  new Error('a', { cause: 'b' }),
  { name: 'Error', message: 'a' },
  new Uint8Array([1]),
  new Int8Array([1]),
  new Uint16Array([1]),
  [1],
  { 0: 1 },
  { $bytes: ['Uint8Array', 'AQ=='] },
  '\ud800',
  '\ud801',
  '"\\ud800"',
  { $text: '"\\ud800"' },
  Symbol.for('a'),
  Symbol.for('b'),
  { $symbol: 'a' },
  JSON.parse('{"__proto__":{"a":1}}'),
  JSON.parse('{"__proto__":{"a":2}}'),
  JSON.parse('{"constructor":{"prototype":1}}'),
  'a'.repeat(600),
  'a'.repeat(601),
  { $sha256: 'a' },
]

test('no two of the lookalikes share a key', () => {
  const texts = LOOKALIKES.map(textOf)
  for (const [at, text] of texts.entries()) expect(texts.indexOf(text), `#${at}: ${text}`).toBe(at)
})

const anything = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.constantFrom(...LOOKALIKES),
    fc.string(),
    fc.double(),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.string({ unit: 'binary' }),
  ),
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$map', '$$map', '__proto__', 'a')), tie('node'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
    fc.array(fc.tuple(tie('node'), tie('node')), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    fc.array(tie('node'), { maxLength: 3 }).map((items) => new Set(items)),
  ),
})).node

test('inputs that are equal share a key, and no others do', () => {
  const counts = { equal: 0, different: 0 }
  const equal = fc.property(anything, (input) => {
    const arrived = carried(input)
    // superjson may change the order of a Map whose keys it finds twice.
    if (!isDeepStrictEqual(input, arrived) || shown(input) !== shown(arrived)) return
    counts.equal++
    expect(textOf(arrived)).toBe(textOf(input))
  })
  const different = fc.property(anything, anything, (left, right) => {
    const isSame = textOf(left) === textOf(right)
    if (isSame) expect(isDeepStrictEqual(left, right)).toBe(true)
    else counts.different++
  })
  fc.assert(equal, { numRuns: 2_000 })
  fc.assert(different, { numRuns: 5_000 })
  expect(counts.equal).toBeGreaterThan(1_000)
  expect(counts.different).toBeGreaterThan(1_000)
})

const shown = (input: unknown) => inspect(input, { depth: null, maxArrayLength: null, maxStringLength: null })

/** What arrives at the server; superjson refuses fields such as `__proto__`. */
function carried(input: unknown): unknown {
  try {
    return superjson.deserialize(superjson.serialize(input))
  } catch (refused) {
    expect(String(refused)).toContain('prototype pollution')
    return input
  }
}

test('the order of fields makes no other key, and long inputs make short ones', () => {
  expect(textOf({ a: 1, b: { c: 2, d: 3 } })).toBe(textOf({ b: { d: 3, c: 2 }, a: 1 }))
  const long = { ids: Array.from({ length: 2_000 }, (_, id) => id) }
  expect(textOf(long).length).toBeLessThan(200)
  expect(textOf(long)).not.toBe(textOf({ ids: [...long.ids.slice(0, -1), 7] }))
})

test('paths and partitions make other keys', () => {
  const keys = [
    cached.key('a'),
    cached.key('b'),
    cached.key('a', { scope: { of: 'public' } }),
    cached.key('a', { scope: { of: null } }),
    cached.key('a', { scope: { of: 7 } }),
    cached.key('a', { scope: { of: '7' } }),
    cached.key('a', { scope: { of: 7n } }),
    cached.key('a', { scope: { of: ['7'] } }),
    cached.key('a', { scope: { of: ['acme', 'alice'] } }),
    cached.key('a', { scope: { of: 'acme,alice' } }),
  ].map(keyText)
  expect(new Set(keys).size).toBe(keys.length)
})

test('an input that refers to itself, or many times to one part, is not cached; it costs little', async () => {
  const circle: Record<string, unknown> = {}
  circle['left'] = circle
  circle['right'] = circle
  const laughs = Array.from({ length: 25 }).reduce<unknown>((part) => [part, part], 'ha')
  expect(() => cached.key('a', { input: circle })).toThrow('the input of a makes none: more than 20000 values')
  expect(() => cached.key('a', { input: laughs })).toThrow('the input of a makes none')

  const { cache, cached: own } = newCache()
  const router = t.router({
    echo: t.procedure
      .input(z.any())
      .use(own.query({ scope: 'public' }))
      .query(() => 'answered'),
  })
  await using service = await serve(router)
  expect(await service.client(null).echo.query(circle)).toBe('answered')
  expect((await cache.usage()).entries).toBe(0)
})

test('what a class instance stands for is said by `key`; without it the query is not cached, and that is told once', async () => {
  class Money {
    readonly cents: number
    constructor(cents: number) {
      this.cents = cents
    }
  }
  const { cached: own } = newCache()
  const warnings: Error[] = []
  const listen = (warning: Error) => warnings.push(warning)
  process.on('warning', listen)
  let runs = 0
  const priced = t.procedure.input(z.number().transform((cents) => new Money(cents)))
  const router = t.router({
    silent: priced.use(own.query({ scope: 'public' })).query(() => ++runs),
    said: priced.use(own.query({ scope: 'public', key: ({ input }) => input.cents })).query(() => ++runs),
  })
  const caller = router.createCaller({ user: null, requestId: 0 })
  expect([await caller.silent(1), await caller.silent(1)]).toEqual([1, 2])
  expect([await caller.said(1), await caller.said(1), await caller.said(2)]).toEqual([3, 3, 4])
  await eventually(() => warnings.length).toBe(1)
  process.off('warning', listen)
  expect(warnings[0]).toMatchObject({ code: 'STOWAGE_TRPC_UNCACHED' })
  expect(warnings[0]?.message).toBe(
    'silent is not cached for an input that holds an instance of Money: say by `key` what stands for it',
  )
})

test('without a validator before the cache, the key has what the client sent', async () => {
  const { cached: own } = newCache()
  const seen: number[] = []
  const shared = t.procedure.use(own.query({ scope: 'public' }))
  const router = t.router({
    post: shared.input(z.object({ id: z.number() })).query(({ input }) => {
      seen.push(input.id)
      return input.id
    }),
    plain: shared.query(({ input }) => String(input)),
  })
  await using service = await serve(router)
  const { post, plain } = service.client(null, 'batch')
  expect(await Promise.all([post.query({ id: 1 }), post.query({ id: 2 }), post.query({ id: 1 })])).toEqual([1, 2, 1])
  expect(new Set(seen)).toEqual(new Set([1, 2]))
  expect(seen).toHaveLength(2)
  expect(await plain.query()).toBe('undefined')
})

test('a validator that reads what is not in the key is refused', async () => {
  const { cache, cached: own } = newCache()
  const halfway = t.procedure
    .input(z.object({ id: z.number() }))
    .use(own.query({ scope: 'public' }))
    .input(z.object({ lang: z.string() }))
  const keyed = t.procedure.use(own.query({ scope: 'public', key: () => 'one' })).input(z.object({ id: z.number() }))
  const router = t.router({ halfway: halfway.query(({ input }) => input), keyed: keyed.query(({ input }) => input) })
  const caller = router.createCaller({ user: null, requestId: 0 })
  await expect(caller.halfway({ id: 1, lang: 'en' })).rejects.toThrow(
    'query: halfway has an input validator after the cached query',
  )
  await expect(caller.keyed({ id: 1 })).rejects.toThrow('query: keyed has an input validator after the cached query')
  expect((await cache.usage()).entries).toBe(0)
})
