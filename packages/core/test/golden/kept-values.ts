/** One value of each kind that the default codec keeps, made anew at every call. */

export type KeptValue = readonly [name: string, make: () => unknown]

export const KEPT_VALUES: readonly KeptValue[] = [
  [
    'plain rows',
    () => [{ id: 1, name: 'ä', tags: ['x', null, true], price: -1.5e-7, nested: { empty: {}, list: [] } }],
  ],
  ['a text with a lone surrogate', () => 'a\ud800~'],
  ['null', () => null],
  ['numbers JSON has not', () => [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
  ['undefined inside an object', () => ({ a: undefined, b: [undefined] })],
  ['texts that look like marks', () => ['~', '~~', '~u', '~#map', { '~d0': new Date(5) }, ['~#set', '~h']]],
  ['dates', () => ({ at: new Date(1_700_000_000_123), before: new Date(-1), never: new Date(Number.NaN) })],
  ['bigints', () => [0n, -255n, 2n ** 100n]],
  ['regular expressions', () => [/a\/b/giu, /^$/, /[/]/s, /\p{L}/u]],
  ['a URL', () => new URL('https://example.org/a?b=c#d')],
  [
    'a Map of anything',
    () =>
      new Map<unknown, unknown>([
        ['a', 1],
        [{ b: 2 }, new Set([1n])],
        [undefined, [new Date(0)]],
      ]),
  ],
  ['a Set', () => new Set(['a', null, Number.NaN])],
  ['a Buffer', () => Buffer.from([1, 2, 255])],
  ['bytes', () => new Uint8Array([1, 2, 255])],
  [
    'typed arrays',
    () => ({
      bytes: [new Uint8Array([9]), new Uint8ClampedArray([255]), new Int8Array([-1]), Buffer.from('x')],
      integers: [new Int16Array([-1]), new Uint16Array([1]), new Int32Array([-1]), new Uint32Array([1])],
      doubles: [new Float32Array([1.5]), new Float64Array([Number.NaN, -0])],
      bigints: [new BigInt64Array([-1n]), new BigUint64Array([1n])],
      buffers: [new Uint8Array([1, 2]).buffer, new DataView(new Uint8Array([7, 8]).buffer)],
    }),
  ],
  ['a sparse array', (): unknown => Object.assign(new Array(3), { 1: new Date(0) })],
  ['an object without a prototype', (): unknown => Object.assign(Object.create(null), { a: 1, toString: 'x' })],
  [
    'own __proto__ beside a date',
    (): unknown => Object.assign(JSON.parse('{"__proto__": {"a": 1}}'), { at: new Date(0) }),
  ],
  ['errors', () => ({ failed: anError(), plain: withStack(new Error('')) })],
  ['shared parts and a cycle', aGraph],
]

function anError(): Error {
  const error = new RangeError('too far', { cause: withStack(new Error('inner')) })
  return Object.assign(withStack(error), { code: 'E_FAR', at: new Date(0) })
}

/** Where an error was made differs from run to run. */
function withStack(error: Error): Error {
  error.stack = `${error.name}: ${error.message}\n    at somewhere`
  return error
}

function aGraph(): unknown {
  const shared = { at: new Date(0) }
  const value: Record<string, unknown> = {
    one: shared,
    other: shared,
    list: [shared],
    map: new Map([[shared, shared]]),
  }
  value['self'] = value
  return value
}
