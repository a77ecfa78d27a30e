// The range of a long prefix overflowed the stack: each of its characters was an argument of one call.
import { expect, test } from 'vitest'
import { prefixRange } from '../../src/prefix-range.ts'

/** By code points, one by one. */
function raised(prefix: string): string {
  const points = [...prefix]
  const last = points.pop()?.codePointAt(0) ?? 0
  return points.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)
}

test.each(['x', 'é', '\ud7ff', '\uffff', '😀', '\u{103ff}', '\u{10fffe}'])(
  'the bound of a million characters and %j',
  (last) => {
    const prefix = '😀'.repeat(500_000) + last
    expect(prefixRange(prefix).below === raised(prefix)).toBe(true)
    expect(prefixRange(`${prefix}${'\u{10ffff}'.repeat(1_000)}`).below === raised(prefix)).toBe(true)
  },
)
