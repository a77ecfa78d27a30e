/**
 * `mode: 'off'` over a backend that holds something, which other caches may be serving: nothing of it is served and
 * nothing is stored, but what is removed is removed, and who has access to the backend looks after it as ever.
 */
import { createCache } from '@stowage/core'
import { createFakeClock, faultyBackend, ReferenceBackend } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { CALLS, told } from './cache-calls.ts'
import { turn } from './held-loader.ts'

const TABLE = `
| Call                      | Answers           | Asks the backend for | Leaves held |
| ------------------------- | ----------------- | -------------------- | ----------- |
| get(key)                  | nothing           | -                    | yes         |
| lookup(key)               | miss: absent      | -                    | yes         |
| peek(key)                 | nothing           | -                    | yes         |
| getSync(key)              | nothing           | -                    | yes         |
| has(key)                  | false             | -                    | yes         |
| getMany([key])            | nothing           | -                    | yes         |
| getOrSet(key, load)       | loaded            | -                    | yes         |
| getOrSet(other, load)     | loaded            | -                    | yes         |
| lookupOrSet(key, load)    | loaded            | -                    | yes         |
| getOrSetMany([key], load) | loaded            | -                    | yes         |
| wrapped(...args)          | loaded            | -                    | yes         |
| wrapped.refresh(...args)  | loaded            | -                    | yes         |
| wrapped.invalidate(...)   | true              | delete               | no          |
| set(key, new)             | refused: off      | -                    | yes         |
| setMany([[key, new]])     | refused: off      | -                    | yes         |
| add(other, new)           | true              | -                    | yes         |
| update(key, change)       | nothing, changed  | -                    | yes         |
| increment(other)          | 1                 | -                    | yes         |
| take(key)                 | nothing           | -                    | yes         |
| touch(key)                | false             | -                    | yes         |
| delete(key)               | true              | delete               | no          |
| deleteMany([key])         | 1                 | delete               | no          |
| invalidate({ tags })      | gone              | invalidate           | no          |
| invalidate({ prefix })    | gone              | invalidate           | no          |
| invalidate({ pattern })   | gone              | invalidate           | no          |
| invalidate({ all: true }) | gone              | invalidate           | no          |
| expire({ key })           | kept              | -                    | yes         |
| expire({ tags })          | kept              | -                    | yes         |
| expire({ prefix })        | kept              | -                    | yes         |
| keys()                    | nothing           | -                    | yes         |
| entries()                 | nothing           | -                    | yes         |
| stats()                   | 0 written         | -                    | yes         |
| usage()                   | 1 entry           | usage                | yes         |
| check()                   | 1 sound, 0 torn   | check                | yes         |
| sweep()                   | 1 expired         | sweep                | no          |
`

const rows = TABLE.trim()
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, name = '', ...cells]) => [name, cells.slice(0, 3)] as const)

test.each(rows)('%s', async (name, cells) => {
  const clock = createFakeClock()
  const reference = new ReferenceBackend()
  await createCache({ backend: reference, ttl: '1h', clock: createFakeClock() }).set('key', 'held', { tags: ['t'] })
  const backend = faultyBackend(reference, clock)
  const cache = createCache({ backend, ttl: '1h', mode: 'off', clock })
  const answer = told(await CALLS[name]?.({ cache, backend: reference, clock }))
  const asked = [...backend.callCounts.keys()].join() || '-'
  const held = reference.get('key', clock.nowMs())
  expect([answer, asked, typeof held === 'string' ? 'no' : 'yes']).toEqual(cells)
  expect(reference.get('other', clock.nowMs())).toBe('absent')
  // The look at what takes too long is left to find nothing.
  clock.advanceMs(10_000)
  expect(clock.timerCount).toBe(0)
})

test('every call has a row, but for close', () => {
  expect([...rows.map(([name]) => name), 'close()']).toEqual(Object.keys(CALLS))
})

test('what is removed while the cache is off and the backend down is removed later, and nobody hears of it', async () => {
  const clock = createFakeClock()
  const reference = new ReferenceBackend()
  await createCache({ backend: reference, ttl: '1h', clock: createFakeClock() }).set('key', 'held', { tags: ['t'] })
  const backend = faultyBackend(reference, clock)
  const off = createCache({ backend, ttl: '1h', mode: 'off', clock })
  backend.inject('invalidate', { kind: 'throw', error: new Error('down') })
  await off.invalidate({ tags: ['t'] })
  expect(off.stats().queues.invalidations).toBe(1)
  backend.heal()
  clock.advanceMs(100)
  await turn()
  expect(reference.get('key', clock.nowMs())).toBe('invalidated')
})
