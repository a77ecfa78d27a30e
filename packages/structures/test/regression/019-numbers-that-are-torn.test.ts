/** What was added to a torn number came to NaN for good on memory and sqlite, so that a queue forgot its `maxLength` and an index its fence; redis said that a script had failed. */
import { BackendError } from '@stowage/core'
import {
  createAverager,
  createCounter,
  createIndex,
  createLock,
  createQueue,
  listStructures,
} from '@stowage/structures'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { describeBackends, type TestStore } from '../backends.ts'

const TORN = ['seven', '', 'NaN', '0x10']

describeBackends((kind) => {
  let store: TestStore
  let backend: ReturnType<TestStore['open']>
  beforeEach(async () => {
    store = await kind.create()
    backend = store.open()
  })
  afterEach(() => store[Symbol.asyncDispose]())

  async function tear(space: string, key: string, value: string): Promise<void> {
    const changes = [{ do: 'put', key, value, moveCount: 0 }] as const
    await backend.spaces?.commit(space, { expect: [], changes, isTold: false }, Date.now())
  }

  async function keptAt(space: string, key: string): Promise<unknown> {
    return (await backend.spaces?.get(space, [key]))?.[0]?.value
  }

  async function expectDamage(call: Promise<unknown>, space: string): Promise<void> {
    const refused: unknown = await call.catch((thrown: unknown) => thrown)
    expect(refused).toBeInstanceOf(BackendError)
    expect(String(refused)).toMatch(new RegExp(`${backend.name}: .* of ${space} failed: `))
  }

  test.each(TORN)('a counter of %j is told, stays, and may be set anew', async (torn) => {
    const counter = createCounter(backend, 'calls')
    await tear('counter:calls', 'n', torn)
    await expectDamage(counter.get(), 'counter:calls')
    await expectDamage(counter.add(2), 'counter:calls')
    expect(await keptAt('counter:calls', 'n')).toBe(torn)
    await counter.set(1)
    expect(await counter.add(2)).toBe(3)
  })

  test.each(['total', 'count'])('an average whose %s is torn is told, and begins anew by a repair', async (half) => {
    const mean = createAverager(backend, 'latency')
    await mean.add(4)
    await tear('averager:latency', half, 'seven')
    await expectDamage(mean.get(), 'averager:latency')
    await expectDamage(mean.add(2), 'averager:latency')
    await expectDamage(mean.take(), 'averager:latency')
    expect(await keptAt('averager:latency', half)).toBe('seven')
    await mean.check({ repair: true })
    expect(await mean.add(2)).toEqual({ total: 2, count: 1, mean: 2 })
  })

  test('a queue whose length is torn takes nothing more, until a repair has counted it', async () => {
    const queue = createQueue<string>(backend, 'jobs', { maxLength: 2, whenFull: 'drop-oldest' })
    await queue.pushMany([{ value: 'first' }, { value: 'second' }])
    const [first] =
      (await backend.spaces?.scan('queue:jobs', { from: 'r/', to: 'r0', limit: 1, isReversed: false })) ?? []
    await tear('queue:jobs', String(first?.key), String(first?.value).replace('first', 'fir5t'))
    await tear('queue:jobs', 'c/length', 'NaN')
    await expectDamage(queue.push('third'), 'queue:jobs')
    await expectDamage(queue.size(), 'queue:jobs')
    expect(await queue.check()).toMatchObject({ torn: 1, wrong: 1, repaired: 0 })
    // The torn job is taken off the length that has been counted.
    expect(await queue.check({ repair: true })).toMatchObject({ torn: 1, wrong: 1, repaired: 2 })
    expect([await queue.size(), await queue.deadLetters.count()]).toEqual([1, 1])
    expect(await queue.check()).toMatchObject({ torn: 0, wrong: 0 })
  })

  test('an index whose fence is torn lets no fencing token pass', async () => {
    const index = createIndex<string>(backend, 'results')
    await index.set('key', 'new', { fence: 9 })
    await tear('index:results', 'f', 'NaN')
    await expectDamage(index.set('key', 'old', { fence: 3 }), 'index:results')
    await expectDamage(index.delete('key', { fence: 3 }), 'index:results')
    await expectDamage(index.stats(), 'index:results')
    expect(await index.get('key')).toBe('new')
  })

  test('a lock whose record cannot be read is told in the same way', async () => {
    const lock = createLock(backend, 'nightly')
    await tear('lock:nightly', 'h', '[[["half')
    await expectDamage(lock.tryAcquire(), 'lock:nightly')
    await expectDamage(lock.stats(), 'lock:nightly')
  })

  test('a listing goes on', async () => {
    await tear('averager:a', 'total', 'seven')
    await tear('counter:b', 'n', '')
    await tear('index:c', 'f', 'NaN')
    expect((await listStructures(backend)).map(({ figures }) => figures)).toEqual([
      { total: Number.NaN, count: 0 },
      { value: Number.NaN },
      { entries: 0 },
    ])
  })
})
