/** Every call of a cache under every fault of its backend. The table is the promise; docs/operations.md explains it. */
import { type Cache, createCache, StowageError } from '@stowage/core'
import {
  createFakeClock,
  type Fault,
  type FaultyOperation,
  faultyBackend,
  ReferenceBackend,
} from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { turn } from './held-loader.ts'

/**
 * What a caller gets. Before the fault `held` is stored under `key`, and nothing under `other`; loaders bring `loaded`.
 * Damaged: the value was written in half, or comes back with a flipped bit.
 */
const TABLE = `
| Call                       | Works, or is slow | Throws or hangs | ... and onFault is 'throw' | Damages values    | Refuses writes     |
| -------------------------- | ----------------- | --------------- | -------------------------- | ----------------- | ------------------ |
| get(key)                   | held              | nothing         | BackendError               | nothing           | held               |
| lookup(key)                | hit               | miss: fault     | BackendError               | miss: undecodable | hit                |
| peek(key)                  | held or nothing   | nothing         | nothing                    | -                 | held               |
| has(key)                   | true              | false           | BackendError               | false             | true               |
| getMany([key])             | held              | nothing         | BackendError               | nothing           | held               |
| getOrSet(key, load)        | held              | loaded          | BackendError               | loaded            | held               |
| getOrSet(other, load)      | loaded            | loaded          | BackendError               | loaded            | loaded             |
| lookupOrSet(key, load)     | hit               | loaded          | BackendError               | loaded            | hit                |
| getOrSetMany([key], load)  | held              | loaded          | BackendError               | loaded            | held               |
| wrapped(...args)           | held              | loaded          | BackendError               | loaded            | held               |
| wrapped.refresh(...args)   | loaded            | loaded          | BackendError               | loaded            | loaded             |
| wrapped.invalidate(...)    | true              | BackendError    | BackendError               | true              | true               |
| set(key, new)              | stored            | refused: fault  | BackendError               | stored            | refused: admission |
| setMany([[key, new]])      | stored            | refused: fault  | BackendError               | stored            | refused: admission |
| add(other, new)            | true              | BackendError    | BackendError               | true              | BackendError       |
| update(key, change)        | held, changed     | BackendError    | BackendError               | nothing, changed  | BackendError       |
| increment(other)           | 1                 | BackendError    | BackendError               | 1                 | BackendError       |
| take(key)                  | held              | BackendError    | BackendError               | nothing           | held               |
| touch(key)                 | true              | BackendError    | BackendError               | false             | true               |
| delete(key)                | true              | BackendError    | BackendError               | true              | true               |
| deleteMany([key])          | 1                 | BackendError    | BackendError               | 1                 | 1                  |
| invalidate({ tags })       | done              | BackendError    | BackendError               | done              | done               |
| invalidate({ prefix })     | done              | BackendError    | BackendError               | done              | done               |
| invalidate({ pattern })    | done              | BackendError    | BackendError               | done              | done               |
| invalidate({ all: true })  | done              | BackendError    | BackendError               | done              | done               |
| expire({ key })            | done              | BackendError    | BackendError               | done              | done               |
| expire({ tags })           | done              | BackendError    | BackendError               | done              | done               |
| expire({ prefix })         | done              | BackendError    | BackendError               | done              | done               |
| keys()                     | key               | BackendError    | BackendError               | key               | key                |
| entries()                  | key               | BackendError    | BackendError               | key               | key                |
| stats()                    | counts            | counts          | counts                     | counts            | counts             |
| usage()                    | counts            | BackendError    | BackendError               | counts            | counts             |
| check()                    | counts            | BackendError    | BackendError               | counts            | counts             |
| sweep()                    | counts            | BackendError    | BackendError               | counts            | counts             |
| close()                    | done              | BackendError    | BackendError               | done              | done               |
`

type Call = (cache: Cache) => Promise<unknown>

const done = (call: Promise<void>) => call.then(() => 'done')
const counts = (report: object) => (Object.keys(report).length > 0 ? 'counts' : 'an empty report')
const load = () => 'loaded'
const loadMany = (keys: readonly string[]) => new Map(keys.map((key) => [key, 'loaded']))

const CALLS: Readonly<Record<string, Call>> = {
  'get(key)': (cache) => cache.get('key'),
  'lookup(key)': async (cache) => {
    const lookup = await cache.lookup('key')
    return lookup.outcome === 'miss' ? `miss: ${lookup.reason}` : lookup.outcome
  },
  'peek(key)': async (cache) => cache.peek('key'),
  'has(key)': (cache) => cache.has('key'),
  'getMany([key])': async (cache) => (await cache.getMany(['key'])).get('key'),
  'getOrSet(key, load)': (cache) => cache.getOrSet('key', load),
  'getOrSet(other, load)': (cache) => cache.getOrSet('other', load),
  'lookupOrSet(key, load)': async (cache) => (await cache.lookupOrSet('key', load)).outcome,
  'getOrSetMany([key], load)': async (cache) => (await cache.getOrSetMany(['key'], loadMany)).get('key'),
  'wrapped(...args)': (cache) => cache.wrap(load, { key: () => 'key' })(),
  'wrapped.refresh(...args)': (cache) => cache.wrap(load, { key: () => 'key' }).refresh(),
  'wrapped.invalidate(...)': (cache) => cache.wrap(load, { key: () => 'key' }).invalidate(),
  'set(key, new)': async (cache) => {
    const result = await cache.set('key', 'new')
    return result.outcome === 'refused' ? `refused: ${result.reason}` : result.outcome
  },
  'setMany([[key, new]])': async (cache) => {
    const [result] = await cache.setMany([['key', 'new']])
    return result?.outcome === 'refused' ? `refused: ${result.reason}` : result?.outcome
  },
  'add(other, new)': (cache) => cache.add('other', 'new'),
  'update(key, change)': (cache) => cache.update<string>('key', (old = 'nothing') => `${old}, changed`),
  'increment(other)': (cache) => cache.increment('other'),
  'take(key)': (cache) => cache.take('key'),
  'touch(key)': (cache) => cache.touch('key'),
  'delete(key)': (cache) => cache.delete('key'),
  'deleteMany([key])': (cache) => cache.deleteMany(['key']),
  'invalidate({ tags })': (cache) => done(cache.invalidate({ tags: ['t'] })),
  'invalidate({ prefix })': (cache) => done(cache.invalidate({ prefix: 'k' })),
  'invalidate({ pattern })': (cache) => done(cache.invalidate({ pattern: 'k*' })),
  'invalidate({ all: true })': (cache) => done(cache.invalidate({ all: true })),
  'expire({ key })': (cache) => done(cache.expire({ key: 'key' })),
  'expire({ tags })': (cache) => done(cache.expire({ tags: ['t'] })),
  'expire({ prefix })': (cache) => done(cache.expire({ prefix: 'k' })),
  'keys()': async (cache) => (await Array.fromAsync(cache.keys())).join(),
  'entries()': async (cache) => (await Array.fromAsync(cache.entries())).map(({ key }) => key).join(),
  'stats()': async (cache) => counts(cache.stats()),
  'usage()': async (cache) => counts(await cache.usage()),
  'check()': async (cache) => counts(await cache.check()),
  'sweep()': async (cache) => counts(await cache.sweep()),
  'close()': (cache) => done(cache.close()),
}

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
  // Only what is held as a value can be peeked at.
  const holds = name.startsWith('peek') ? 'values' : 'bytes'
  const backend = faultyBackend(new ReferenceBackend({ holds }), clock)
  const cache = createCache({ backend, ttl: '1h', backendTimeout: TIMEOUT_MS, onFault, clock })
  if (faults.set?.kind === 'torn') backend.inject('set', faults.set)
  await cache.set('key', 'held', { tags: ['t'] })
  for (const operation of OPERATIONS) {
    const fault = faults[operation]
    if (fault !== undefined) backend.inject(operation, fault)
  }
  let outcome: string | undefined
  void CALLS[name]?.(cache).then(
    (value) => {
      outcome = value === undefined ? 'nothing' : String(value)
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
  const asksNothing = ['constructor', 'closed', 'namespace', 'on', 'resetStats', 'wrap']
  const calls = Object.getOwnPropertyNames(Object.getPrototypeOf(cache)).filter((name) => !asksNothing.includes(name))
  expect(calls.filter((call) => !rows.some(([name]) => name.startsWith(`${call}(`)))).toEqual([])
  expect(rows.map(([name]) => name)).toEqual(Object.keys(CALLS))
})
