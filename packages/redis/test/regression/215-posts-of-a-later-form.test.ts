/** Regression: what processes of a later version would tell was passed over by those still on this one, which served what it ended for 5 minutes. */
import { expect, test } from 'vitest'
import { formatPost, isOtherForm, parsePost } from '../../src/bus/bus-text.ts'

test.each(['stowage-bus-2 other 1\n[]', 'stowage-bus-10 whatever it says', 'stowage-bus-2 '])(
  '%j is of another form',
  (text) => {
    expect(isOtherForm(text)).toBe(true)
    expect(parsePost(text)).toBeUndefined()
  },
)

test.each([
  formatPost('me', 3, []),
  'stowage-bus-1 other -1',
  'stowage-bus-x other 1',
  'stowage-bus-2',
  'x stowage-bus-2 other 1',
])('%j is of none', (text) => {
  expect(isOtherForm(text)).toBe(false)
})
