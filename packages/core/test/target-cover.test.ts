/** Which entries a target covers, by key and by tags; and that the beginning it gives leaves none of them out. */
import { coverOf, type InvalidationTarget, keyCoverOf, UsageError, writeStorageKey } from '@stowage/core'
import { expect, test } from 'vitest'

const user1 = writeStorageKey([], 'user:1')
const user12 = writeStorageKey([], 'user:12')
const order1 = writeStorageKey([], 'order:1')
const nested = writeStorageKey(['n'], 'user:1')
const KEYS = [user1, user12, order1, nested]

test.each<[InvalidationTarget | { readonly key: string }, readonly string[]]>([
  [{ key: user1 }, [user1]],
  [{ prefix: 'user:1' }, [user1, user12]],
  [{ prefix: '' }, KEYS],
  [{ pattern: 'user:?', root: '' }, [user1]],
  [{ pattern: '*:1', root: '' }, [user1, order1]],
  [{ pattern: 'user:?', root: nested.slice(0, nested.indexOf('=')) }, [nested]],
  [{ all: true }, KEYS],
])('%j, whatever the tags', (target, covered) => {
  expect(KEYS.filter((key) => coverOf(target)(key, []))).toEqual(covered)
  if ('tags' in target) return
  const { prefix, covers } = keyCoverOf(target)
  expect(KEYS.filter(covers)).toEqual(covered)
  expect(covered.filter((key) => !key.startsWith(prefix))).toEqual([])
})

test.each([
  [['a'], true],
  [['x', 'b'], true],
  [['x', 'A'], false],
  [[], false],
])('{ tags: [a, b] } and an entry tagged %j: %s, whatever the key', (tags, isCovered) => {
  expect(coverOf({ tags: ['a', 'b'] })(user1, tags)).toBe(isCovered)
})

test('a pattern that is malformed covers nothing: it is refused', () => {
  expect(() => coverOf({ pattern: 'a\\', root: '' })).toThrow(UsageError)
})
