/** The places of a warmer's loads, under a signal that outlives them. */
import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { Slots } from '../src/warmer/slots.ts'

test('who has waited for a slot, and has got it or left, leaves no listener behind', async () => {
  const { signal } = new AbortController()
  const leaving = new AbortController()
  const slots = new Slots(1)
  expect(await slots.take('urgent', signal)).toBe(true)
  const waiting = [slots.take('patient', signal), slots.take('urgent', leaving.signal), slots.take('urgent', signal)]
  leaving.abort()
  slots.giveBack()
  slots.giveBack()
  expect(await Promise.all(waiting)).toEqual([true, false, true])
  expect([signal, leaving.signal].map((each) => getEventListeners(each, 'abort').length)).toEqual([0, 0])
})
