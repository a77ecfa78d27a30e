/** Any value the default codec keeps, and more often than not a plain one. */
import fc from 'fast-check'

/** Any UTF-16, lone surrogates included, long enough for every way msgpackr has of writing texts. */
const texts = fc.oneof(
  fc.string({ unit: fc.integer({ max: 0xffff, min: 0 }).map((unit) => String.fromCharCode(unit)), maxLength: 80 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ufffd', '한국어', '\ud800'.repeat(70), 'x'.repeat(300), '\uffff'),
)

const names = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'd'),
  fc.constantFrom(
    '__proto__',
    '__keys__',
    'constructor',
    'hasOwnProperty',
    'toJSON',
    'length',
    '0',
    '-1',
    '',
    '"',
    '~',
  ),
  texts,
)

const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(-0, 63, 64, 127, 128, -32, -33, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 31) - 1),
)

/** Objects with names from a small set, so that several are alike. */
export const plainValues: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 5 }, tie('scalar'), tie('object'), tie('rows'), tie('array')),
  scalar: fc.oneof(texts, numbers, fc.boolean(), fc.constant(null)),
  object: fc.dictionary(names, tie('value'), { maxKeys: 5 }),
  rows: fc.array(fc.record({ id: numbers, name: texts, more: tie('value') }, { requiredKeys: ['id'] }), {
    maxLength: 6,
  }),
  array: fc.array(tie('value'), { maxLength: 20 }),
})).value

export const anyValues: fc.Arbitrary<unknown> = fc.anything({
  // vitest takes an own constructor for the class.
  key: names.filter((name) => name !== 'constructor'),
  values: [texts, numbers, fc.constantFrom(undefined, null, true)],
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withNullPrototype: true,
  withSparseArray: true,
})
