// An error whose message was no text, as some clients make them, was handed on as one: what wants a text of it failed.
import { messageOf } from '@stowage/core'
import { expect, test } from 'vitest'

test.each<[unknown, string]>([
  [{ code: 7 }, '[object Object]'],
  [undefined, 'undefined'],
  [Symbol('odd'), 'Symbol(odd)'],
  [Object.create(null), 'something without a text'],
])('a message of %o is said as a text', (message, text) => {
  expect(messageOf(Object.assign(new Error(), { message }))).toBe(text)
})
