/** A space that somebody had only looked at was named ever after, and took its room. */
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

test('who looks begins nothing, nor does a commit that comes to nothing', async () => {
  const { spaces } = memoryBackend({ maxEntries: 1 })
  const range = { from: '', to: undefined }
  expect(await spaces.get('a', ['key'])).toEqual([undefined])
  expect(await spaces.scan('b', { ...range, limit: 1, isReversed: false })).toEqual([])
  expect(await spaces.count('c', range)).toBe(0)
  await spaces.drop('d')
  const put = { do: 'put', key: 'key', value: '', moveCount: 0 } as const
  const move = { do: 'move', range, limit: 1, aheadFrom: undefined, cut: 0, into: 'to', isCounted: false } as const
  await spaces.commit('e', { expect: [{ key: 'key', version: 1 }], changes: [put], isTold: false }, 1)
  await spaces.commit('f', { expect: [], changes: [move], isTold: false }, 1)
  expect(await spaces.names()).toEqual([])
  await spaces.commit('g', { expect: [], changes: [put], isTold: false }, 1)
  await spaces.drop('g')
  expect(await spaces.names()).toEqual(['g'])
})
