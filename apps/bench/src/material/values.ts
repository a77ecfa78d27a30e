/**
 * The values all contenders keep: plain records, about 200 B, 2 KB or 64 KB as JSON, and buffers of 1 MB; different for
 * each number and the same for the same number, so that what comes back can be checked.
 */
import { isDeepStrictEqual } from 'node:util'
import { randomFrom } from './draws.ts'

export type ValueSize = '200 B' | '2 KB' | '64 KB' | '1 MB'

/** Bodies of 2 KB in one of 64 KB. */
const LARGE_BODY_COUNT = 36
const BUFFER_BYTES = 2 ** 20

/** Bodies are shared by many values: 100,000 of 2 KB of their own would not fit beside each other for every contender. */
const BODY_COUNT = 64
const bodies = Array.from({ length: BODY_COUNT }, (_, at) => lines(at))

export function sampleValue(number: number, size: ValueSize): object {
  if (size === '1 MB') return noise(number)
  const record = {
    id: number,
    name: `Passenger ${number}`,
    email: `passenger.${number}@example.org`,
    joined: '2026-03-14T09:26:53.589Z',
    active: number % 3 !== 0,
    score: (number % 1_000) / 8,
    roles: ['reader', number % 2 === 0 ? 'editor' : 'guest'],
    city: 'Copenhagen',
  }
  if (size === '200 B') return record
  const bookings = bodies[number % BODY_COUNT]
  return size === '2 KB'
    ? { ...record, bookings }
    : { ...record, bookings: Array(LARGE_BODY_COUNT).fill(bookings).flat() }
}

/** A cache may give bytes back as another kind of array of bytes. */
export function isSame(found: unknown, value: object): boolean {
  if (!(value instanceof Uint8Array)) return isDeepStrictEqual(found, value)
  return found instanceof Uint8Array && Buffer.compare(found, value) === 0
}

/** Bytes no file system can make smaller. */
function noise(number: number): Uint8Array {
  const random = randomFrom(number)
  return new Uint8Array(Uint32Array.from({ length: BUFFER_BYTES / 4 }, () => random() * 2 ** 32).buffer)
}

function lines(seed: number): object[] {
  return Array.from({ length: 14 }, (_, line) => ({
    flight: `SK${1_000 + seed * 14 + line}`,
    from: 'CPH',
    to: line % 2 === 0 ? 'ARN' : 'OSL',
    departsAt: `2026-0${1 + (line % 9)}-11T0${line % 10}:15:00Z`,
    seats: line % 4,
    fare: 89.5 + seed + line,
    paid: line % 5 !== 0,
    note: 'aisle seat',
  }))
}

/** Three tags, each shared by a hundred to ten thousand entries, hardly ever the same three together. */
export function tagsOf(number: number): string[] {
  return [`team:${number % 997}`, `city:${number % 101}`, `plan:${number % 11}`]
}
