/** Memory that bytes are held in until they are written. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { type HeldBody, holdBody } from '../src/value-files/buffer-pool.ts'

const memoryOf = ({ body }: HeldBody) => (typeof body === 'string' ? undefined : body.buffer)

test('what is held stays as it was when its owner changes it, also where it is too long for a buffer', () => {
  for (const lengthBytes of [3, 3_000_000]) {
    const own = new Uint8Array(lengthBytes).fill(7)
    const held = holdBody(own)
    own.fill(8)
    expect(Buffer.from(held.body).equals(Buffer.alloc(lengthBytes, 7))).toBe(true)
    held.release()
  }
})

test('memory is used again once it has been released, and not before', () => {
  const [first, second] = [holdBody(new Uint8Array([1])), holdBody(new Uint8Array([2, 3]))]
  expect(memoryOf(first)).not.toBe(memoryOf(second))
  second.release()
  const third = holdBody(new Uint8Array([4]))
  expect(memoryOf(third)).toBe(memoryOf(second))
  expect([first.body, third.body].map((body) => [...Buffer.from(body)])).toEqual([[1], [4]])
  first.release()
  third.release()
})

test('of many that are released only so many are kept', () => {
  const held = Array.from({ length: 40 }, () => holdBody(new Uint8Array(1)))
  for (const { release } of held) release()
  const again = Array.from({ length: 40 }, () => holdBody(new Uint8Array(1)))
  const known = new Set(held.map(memoryOf))
  expect(again.filter((each) => known.has(memoryOf(each)))).toHaveLength(32)
  for (const { release } of again) release()
})

test('what nobody has used for ten seconds is given up, and not before', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const first = holdBody(Buffer.from('a'))
  first.release()
  vi.advanceTimersByTime(9_999)
  const second = holdBody(Buffer.from('b'))
  expect(memoryOf(second)).toBe(memoryOf(first))
  second.release()
  vi.advanceTimersByTime(9_999)
  const third = holdBody(Buffer.from('c'))
  expect(memoryOf(third)).toBe(memoryOf(first))
  third.release()
  vi.advanceTimersByTime(10_000)
  const fourth = holdBody(Buffer.from('d'))
  expect(memoryOf(fourth)).not.toBe(memoryOf(first))
  fourth.release()
})
