/** Regression: an error as input whose name was no text, as any client can send one, failed the query with a TypeError. */
import { keyText } from '@stowage/core'
import { expect, test } from 'vitest'
import { newCache } from '../service.ts'

const errors = [5, '5', null, undefined, { deep: 5 }].flatMap((odd) => [
  Object.defineProperty(new Error('told'), 'name', { value: odd }),
  Object.defineProperty(new Error('told'), 'message', { value: odd }),
])

test('errors of odd names and messages have keys of their own', () => {
  const { cached } = newCache()
  const keys = errors.map((input) => keyText(cached.key('procedure', { input })))
  expect(new Set(keys).size).toBe(errors.length)
})
