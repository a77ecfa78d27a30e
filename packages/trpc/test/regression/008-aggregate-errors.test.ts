/** Regression: two AggregateErrors of the same message were one input, whatever errors they held. */
import { keyText } from '@stowage/core'
import { expect, test } from 'vitest'
import { newCache } from '../service.ts'

const { cached } = newCache()
const textOf = (input: unknown): string => keyText(cached.key('procedure', { input }))

test('the errors of an AggregateError are part of it', () => {
  const inputs = [
    new AggregateError([], 'several'),
    new AggregateError([new Error('a')], 'several'),
    new AggregateError([new Error('b')], 'several'),
    new AggregateError([new Error('a'), new Error('b')], 'several'),
    new AggregateError(['a'], 'several'),
    Object.assign(new Error('several'), { errors: ['a'] }),
    new Error('several'),
  ]
  expect(new Set(inputs.map(textOf)).size).toBe(inputs.length)
  expect(textOf(new AggregateError([new Error('a')], 'several'))).toBe(textOf(inputs[1]))
})
