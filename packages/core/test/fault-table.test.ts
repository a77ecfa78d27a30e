/** Every call of a cache under every fault of its backend: the promise P7 of docs/guarantees.md, as a table. */
import { createCache, StowageError } from '@stowage/core'
import {
  createFakeClock,
  type Fault,
  type FaultyOperation,
  faultyBackend,
  ReferenceBackend,
} from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { CALLS, told } from './cache-calls.ts'
import { turn } from './held-loader.ts'

/** What a caller gets. Damaged: the value was written in half, or comes back with a flipped bit. */
const TABLE = `
| Call                      | Works, or is slow | Throws or hangs | ... and onFault is 'throw' | Damages values                     | Refuses writes     |
| ------------------------- | ----------------- | --------------- | -------------------------- | ---------------------------------- | ------------------ |
| get(key)                  | held              | nothing         | BackendError               | nothing                            | held               |
| lookup(key)               | hit               | miss: fault     | BackendError               | miss: undecodable                  | hit                |
| peek(key)                 | held or nothing   | nothing         | nothing                    | -                                  | held               |
| getSync(key)              | held or nothing   | nothing         | nothing                    | -                                  | held               |
| has(key)                  | true              | false           | BackendError               | false                              | true               |
| getMany([key])            | held              | nothing         | BackendError               | nothing                            | held               |
| getOrSet(key, load)       | held              | loaded          | BackendError               | loaded                             | held               |
| getOrSet(other, load)     | loaded            | loaded          | BackendError               | loaded                             | loaded             |
| lookupOrSet(key, load)    | hit               | loaded          | BackendError               | loaded                             | hit                |
| getOrSetMany([key], load) | held              | loaded          | BackendError               | loaded                             | held               |
| wrapped(...args)          | held              | loaded          | BackendError               | loaded                             | held               |
| wrapped.refresh(...args)  | loaded            | loaded          | BackendError               | loaded                             | loaded             |
| wrapped.invalidate(...)   | true              | BackendError    | BackendError               | true                               | true               |
| set(key, new)             | stored            | refused: fault  | BackendError               | stored                             | refused: admission |
| setMany([[key, new]])     | stored            | refused: fault  | BackendError               | stored                             | refused: admission |
| add(other, new)           | true              | BackendError    | BackendError               | true                               | BackendError       |
| update(key, change)       | held, changed     | BackendError    | BackendError               | nothing, changed                   | BackendError       |
| increment(other)          | 1                 | BackendError    | BackendError               | 1                                  | BackendError       |
| take(key)                 | held              | BackendError    | BackendError               | nothing                            | held               |
| touch(key)                | true              | BackendError    | BackendError               | false                              | true               |
| delete(key)               | true              | BackendError    | BackendError               | true                               | true               |
| deleteMany([key])         | 1                 | BackendError    | BackendError               | 1                                  | 1                  |
| invalidate({ tags })      | gone              | BackendError    | BackendError               | gone                               | gone               |
| invalidate({ prefix })    | gone              | BackendError    | BackendError               | gone                               | gone               |
| invalidate({ pattern })   | gone              | BackendError    | BackendError               | gone                               | gone               |
| invalidate({ all: true }) | gone              | BackendError    | BackendError               | gone                               | gone               |
| expire({ key })           | gone              | BackendError    | BackendError               | gone                               | gone               |
| expire({ tags })          | gone              | BackendError    | BackendError               | gone                               | gone               |
| expire({ prefix })        | gone              | BackendError    | BackendError               | gone                               | gone               |
| keys()                    | key               | BackendError    | BackendError               | key                                | key                |
| entries()                 | key               | BackendError    | BackendError               | key                                | key                |
| stats()                   | 1 written         | 1 written       | 1 written                  | 1 written                          | 1 written          |
| usage()                   | 1 entry           | BackendError    | BackendError               | 1 entry                            | 1 entry            |
| check()                   | 1 sound, 0 torn   | BackendError    | BackendError               | 0 sound, 1 torn or 1 sound, 0 torn | 1 sound, 0 torn    |
| sweep()                   | 1 expired         | BackendError    | BackendError               | 1 expired                          | 1 expired          |
| close()                   | closed            | BackendError    | BackendError               | closed                             | closed             |
`

const OPERATIONS = [
  'get',
  'set',
  'delete',
  'discard',
  'touch',
  'invalidate',
  'lease',
  'renew',
  'release',
  'usage',
  'sweep',
  'scan',
  'check',
  'close',
] as const satisfies readonly FaultyOperation[]

/** Which operations fail, and how. */
type Faults = Readonly<Partial<Record<FaultyOperation, Fault>>>

function all(fault: Fault): Faults {
  return Object.fromEntries(OPERATIONS.map((operation) => [operation, fault]))
}

const TIMEOUT_MS = 10
const FAILURES: readonly Fault[] = [
  { kind: 'throw', error: new Error('down') },
  { kind: 'reject', error: new Error('down') },
  { kind: 'hang' },
  { kind: 'late', delayMs: TIMEOUT_MS + 5 },
]

interface Column {
  readonly onFault: readonly ('bypass' | 'throw')[]
  readonly faults: readonly Faults[]
}

/** In the order of the table. */
const COLUMNS: readonly Column[] = [
  { onFault: ['bypass', 'throw'], faults: [{}, all({ kind: 'late', delayMs: TIMEOUT_MS - 5 })] },
  { onFault: ['bypass'], faults: FAILURES.map((fault) => all(fault)) },
  { onFault: ['throw'], faults: FAILURES.map((fault) => all(fault)) },
  { onFault: ['bypass', 'throw'], faults: [{ set: { kind: 'torn' } }, { get: { kind: 'corrupt' } }] },
  { onFault: ['bypass', 'throw'], faults: [{ set: { kind: 'refuse' } }] },
]

async function outcomeOf(name: string, faults: Faults, onFault: 'bypass' | 'throw'): Promise<string> {
  const clock = createFakeClock()
  // Only what is held as a value is at hand.
  const holds = name === 'peek(key)' || name === 'getSync(key)' ? 'values' : 'bytes'
  const reference = new ReferenceBackend({ holds })
  const backend = faultyBackend(reference, clock)
  const cache = createCache({ backend, ttl: '1h', backendTimeout: TIMEOUT_MS, onFault, clock })
  if (faults.set?.kind === 'torn') backend.inject('set', faults.set)
  await cache.set('key', 'held', { tags: ['t'] })
  for (const operation of OPERATIONS) {
    const fault = faults[operation]
    if (fault !== undefined) backend.inject(operation, fault)
  }
  let outcome: string | undefined
  void CALLS[name]?.({ cache, backend: reference, clock }).then(
    (value) => {
      outcome = told(value)
    },
    (error: unknown) => {
      outcome = error instanceof StowageError ? error.name : `a foreign error: ${String(error)}`
    },
  )
  for (let steps = 0; outcome === undefined && steps < MAX_STEPS; steps++) {
    await turn()
    clock.advanceMs(5)
  }
  return outcome ?? 'hangs'
}

/** A second of the fake clock; whatever has not answered then never does. */
const MAX_STEPS = 200

const rows = TABLE.trim()
  .split('\n')
  .slice(2)
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, name = '', ...cells]) => [name, cells.slice(0, COLUMNS.length)] as const)

test.each(rows)('%s', async (name, cells) => {
  const seen = COLUMNS.map(async ({ onFault, faults }, at) => {
    if (cells[at] === '-') return '-'
    const outcomes = onFault.flatMap((mode) => faults.map((fault) => outcomeOf(name, fault, mode)))
    return [...new Set(await Promise.all(outcomes))].join(' or ')
  })
  expect(await Promise.all(seen)).toEqual(cells)

  // Where one operation fails and the others work, the answer is that of a sound backend or of a failing one.
  const [works = '', bypassed = '', thrown = ''] = cells
  const allowed = { bypass: [...works.split(' or '), bypassed], throw: [...works.split(' or '), thrown] }
  for (const operation of OPERATIONS) {
    for (const fault of FAILURES) {
      for (const mode of ['bypass', 'throw'] as const) {
        const outcome = await outcomeOf(name, { [operation]: fault }, mode)
        expect(allowed[mode], `${operation} alone: ${fault.kind}`).toContain(outcome)
      }
    }
  }
})

test('every call that asks the backend has a row', () => {
  const cache = createCache({ backend: new ReferenceBackend(), ttl: '1h', clock: createFakeClock() })
  const asksNothing = ['constructor', 'closed', 'namespace', 'on', 'resetStats', 'storageTags', 'wrap']
  const calls = Object.getOwnPropertyNames(Object.getPrototypeOf(cache)).filter((name) => !asksNothing.includes(name))
  expect(calls.filter((call) => !rows.some(([name]) => name.startsWith(`${call}(`)))).toEqual([])
  expect(rows.map(([name]) => name)).toEqual(Object.keys(CALLS))
})
