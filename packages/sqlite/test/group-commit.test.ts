/** Writes of one moment share a transaction, and each is still a write of its own. */
import { setImmediate as turn } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import { expect, onTestFinished, test, vi } from 'vitest'
import { entryOf, held, keysOf, NOW_MS, put } from './entries.ts'
import { expectConsistent } from './inspection.ts'
import { openStore } from './stores.ts'

/** Another connection to the file, as of another process. */
function connect(path: string): Sqlite.Database {
  const database = new Sqlite(path)
  onTestFinished(() => {
    database.close()
  })
  return database
}

test('a lone write is committed when the call returns, others of its moment are answered after their commit', async () => {
  const { backend, path } = openStore()
  const onDisk = connect(path).prepare<[], string>('SELECT key FROM stowage_entry_v1 ORDER BY key').pluck()
  const first = backend.set('a', entryOf('a', 1), NOW_MS, undefined)
  expect(first).toBe('stored')
  expect(onDisk.all()).toEqual(['a'])
  const others: unknown[] = ['b', 'c'].map((key) => backend.set(key, entryOf(key, 1), NOW_MS, undefined))
  expect(onDisk.all(), 'gathered, not written yet').toEqual(['a'])
  const seen = others.map(async (answer) => [await answer, onDisk.all()])
  expect(await Promise.all(seen)).toEqual([
    ['stored', ['a', 'b', 'c']],
    ['stored', ['a', 'b', 'c']],
  ])
  await put(backend, 'd', 1)
  expect(backend.set('e', entryOf('e', 1), NOW_MS, undefined), 'others have ceased to come').toBe('stored')
})

test('writes of one moment are one commit', async () => {
  const { backend, path } = openStore()
  const database = connect(path)
  const log = () => Number((database.pragma('wal_checkpoint(NOOP)') as [{ log: number }])[0].log)
  const before = log()
  await put(backend, 'lone', 1)
  const lonePages = log() - before
  await Promise.all(Array.from({ length: 20 }, (_, at) => put(backend, `key ${at}`, at)))
  expect(log() - before - lonePages, 'each page is logged once in each commit').toBeLessThan(4 * lonePages)
})

test('operations of one moment keep their order', async () => {
  const { backend, path } = openStore()
  const write = (value: number) => put(backend, 'key', value, { tags: ['t'] })
  const answers: unknown[] = [
    write(1),
    backend.delete('key', NOW_MS, undefined),
    backend.delete('key', NOW_MS, undefined),
    write(2),
    backend.invalidate({ tags: ['t'] }, NOW_MS),
    backend.delete('key', NOW_MS, undefined),
    write(3),
    backend.invalidate({ prefix: 'k' }, NOW_MS),
    write(4),
  ]
  expect(await Promise.all(answers)).toEqual([
    'stored',
    true,
    false,
    'stored',
    undefined,
    false,
    'stored',
    undefined,
    'stored',
  ])
  expect(await held(backend, 'key')).toBe(4)
  expectConsistent(path)
})

test('a read sees the writes that were asked for before it, and does not wait for others', async () => {
  // However busy the machine is, no read has to wait for a turn of the loop.
  const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
  onTestFinished(() => clock.mockRestore())
  const { backend } = openStore()
  await put(backend, 'read', 'old', { tags: ['t'] })
  await put(backend, 'other', 1, { tags: ['t'] })
  const writes = [put(backend, 'first', 1), put(backend, 'read', 'new')]
  expect(backend.get('other', NOW_MS) instanceof Promise, 'nothing is pending for it').toBe(false)
  expect(await held(backend, 'read')).toBe('new')
  writes.push(put(backend, 'first', 2), put(backend, 'third', 3))
  expect(await keysOf(backend)).toEqual(['first', 'other', 'read', 'third'])
  await Promise.all(writes)
  const invalidation: unknown[] = [put(backend, 'first', 3), backend.invalidate({ tags: ['t'] }, NOW_MS)]
  expect(await held(backend, 'other')).toBe('miss: invalidated')
  await Promise.all(invalidation)
})

test('fences hold within a moment', async () => {
  const { backend } = openStore()
  const lease = async (key: string) => backend.lease(key, 'fence', 1_000, NOW_MS)
  const voided = await lease('a')
  const outdated = await lease('b')
  const holding = await lease('c')
  const outcomes: unknown[] = [
    put(backend, 'first', 1),
    put(backend, 'a', 'newer'),
    put(backend, 'a', 'loaded', { lease: voided }),
    backend.invalidate({ tags: ['t'] }, NOW_MS),
    put(backend, 'b', 'loaded', { lease: outdated, tags: ['t'] }),
    put(backend, 'c', 'loaded', { lease: holding }),
    put(backend, 'c', 'again', { lease: holding }),
    backend.lease('d', 'exclusive', 1_000, NOW_MS),
    backend.lease('d', 'exclusive', 1_000, NOW_MS),
  ]
  expect(await Promise.all(outcomes)).toEqual([
    'stored',
    'stored',
    'superseded',
    undefined,
    'superseded',
    'stored',
    'superseded',
    expect.objectContaining({ key: 'd' }),
    undefined,
  ])
  expect([await held(backend, 'a'), await held(backend, 'c')]).toEqual(['newer', 'loaded'])
})

test('a failing write takes no other of its moment with it', async () => {
  const { backend, path } = openStore()
  const removals: string[] = []
  backend.onRemoval((key) => removals.push(key))
  await put(backend, 'expired', 1, { lifeMs: 1 })
  const database = connect(path)
  database.exec(`CREATE TRIGGER fails BEFORE INSERT ON stowage_entry_v1 WHEN new.key LIKE 'bad%'
    BEGIN SELECT RAISE(ABORT, 'no more'); END`)
  const writes = ['first', 'a', 'bad 1', 'b', 'bad 2', 'c'].map((key) => put(backend, key, key))
  const swept = backend.sweep(NOW_MS + 10)
  const outcomes = await Promise.allSettled(writes)
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  expect(outcomes[2]).toMatchObject({ reason: { message: 'no more' } })
  expect(await swept).toMatchObject({ expired: 1 })
  expect(removals, 'told once').toEqual(['expired'])
  expect(await keysOf(backend)).toEqual(['a', 'b', 'c', 'first'])
  database.exec('DROP TRIGGER fails')
  expectConsistent(path)
})

test('a group that cannot be committed is no success for anybody', async () => {
  const { backend, path } = openStore()
  await put(backend, 'key', 'old')
  const database = connect(path)
  database.exec('CREATE TABLE parent (id PRIMARY KEY)')
  database.exec('CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)')
  database.exec('CREATE TRIGGER dangles AFTER UPDATE ON stowage_entry_v1 BEGIN INSERT INTO child VALUES (1); END')
  const outcomes = await Promise.allSettled([1, 2, 3].map((value) => put(backend, 'key', value)))
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  expect(await held(backend, 'key')).toBe('old')
  // Uses are written down at the end, by an update, too.
  database.exec('DROP TRIGGER dangles')
})

test('a close behind gathered writes commits them', async () => {
  const { backend, path } = openStore()
  const writes = Array.from({ length: 3_000 }, (_, at) => put(backend, `key ${at}`, 'x'.repeat(1_000)))
  const closed = backend.close()
  expect(() => backend.set('late', entryOf('late', 1), NOW_MS, undefined)).toThrow(/after close/)
  expect(new Set(await Promise.all(writes))).toEqual(new Set(['stored']))
  await closed
  expect(connect(path).prepare('SELECT count(*) FROM stowage_entry_v1').pluck().get()).toBe(3_000)
})

test('writes that are awaited one after the other let the event loop turn', async () => {
  const { backend } = openStore()
  let turnCount = 0
  let isOver = false
  const spin = async () => {
    for (; !isOver; turnCount++) await turn()
  }
  const spinning = spin()
  for (let at = 0; at < 20_000 && turnCount < 4; at++) await put(backend, 'key', 'value')
  isOver = true
  await spinning
  expect(turnCount).toBeGreaterThanOrEqual(4)
})

test('a large group leaves the event loop its turns', async () => {
  const { backend } = openStore()
  const writes = Array.from({ length: 3_000 }, (_, at) => put(backend, `key ${at}`, 'x'.repeat(1_000)))
  let doneCount = 0
  for (const write of writes) write.then(() => doneCount++, expect.unreachable)
  await turn()
  expect(doneCount, 'some are left for later').toBeLessThan(writes.length)
  const last = put(backend, 'key 2999', 'last')
  expect(await held(backend, 'key 2999'), 'a read waits for what it asks for').toBe('last')
  expect(await last).toBe('stored')
  expect(new Set(await Promise.all(writes))).toEqual(new Set(['stored']))
})
