// Typed JSON lost the property `name` of an object without a prototype where it was undefined.
import { defaultCodec } from '@stowage/core'
import { expect, test } from 'vitest'

test('an object without a prototype keeps a name that is undefined', () => {
  const bare = { __proto__: null, name: undefined, other: undefined }
  expect(defaultCodec.decode(defaultCodec.encode(bare))).toStrictEqual(bare)
})

test("an error without a name of its own has its class's", () => {
  const decoded = defaultCodec.decode(defaultCodec.encode(new TypeError('told')))
  expect(decoded).toBeInstanceOf(TypeError)
  expect(decoded instanceof TypeError && Object.hasOwn(decoded, 'name')).toBe(false)
})
