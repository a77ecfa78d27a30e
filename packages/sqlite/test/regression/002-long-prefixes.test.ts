// The range of a long prefix overflowed the stack: each of its characters was an argument of one call.
import { createCache } from '@stowage/core'
import { createFakeClock } from '@stowage/core/testing'
import { sqliteBackend } from '@stowage/sqlite'
import { expect, test } from 'vitest'
import { prefixRange } from '../../src/prefix-range.ts'
import { newPath } from '../stores.ts'

/** By code points, one by one. */
function raised(prefix: string): string {
  const points = [...prefix]
  const last = points.pop()?.codePointAt(0) ?? 0
  return points.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)
}

test.each(['x', 'é', '\ud7ff', '\uffff', '😀', '\u{10fffe}'])('the bound of a million characters and %j', (last) => {
  const prefix = '😀'.repeat(500_000) + last
  expect(prefixRange(prefix).below === raised(prefix)).toBe(true)
  expect(prefixRange(`${prefix}${'\u{10ffff}'.repeat(1_000)}`).below === raised(prefix)).toBe(true)
})

test('a prefix as long as a key may be is invalidated', async () => {
  const backend = sqliteBackend({ path: newPath() })
  const cache = createCache({ backend, ttl: '1h', clock: createFakeClock() })
  const prefix = 'x'.repeat(16_383)
  await cache.set(`${prefix}y`, 1)
  await cache.set('x', 1)
  await cache.invalidate({ prefix })
  expect([await cache.has(`${prefix}y`), await cache.has('x')]).toEqual([false, true])
  await cache.close()
})
