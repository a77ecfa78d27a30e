// Steps that read and write one key read a near copy: increments of two processes were lost, and lives cut to the near cap.
import { createCache } from '@stowage/core'
import { createFakeClock, ReferenceBackend } from '@stowage/core/testing'
import { hybridBackend } from '@stowage/hybrid'
import { memoryBackend } from '@stowage/memory'
import { expect, test } from 'vitest'

const clock = createFakeClock()

/** Two processes, each with a memory of its own before one store. */
function twoProcesses() {
  const far = new ReferenceBackend({ holds: 'bytes' })
  const attach = () =>
    createCache({ backend: hybridBackend({ tiers: [memoryBackend({ maxEntries: 9 }), far] }), ttl: '1h', clock })
  return [attach(), attach()] as const
}

test('every increment counts', async () => {
  const [one, two] = twoProcesses()
  expect([
    await one.increment('n'),
    await two.increment('n'),
    await one.increment('n'),
    await two.increment('n'),
  ]).toEqual([1, 2, 3, 4])
})

test('add sees what the other deleted, update what it wrote', async () => {
  const [one, two] = twoProcesses()
  await one.set('lock', 1)
  await two.get('lock')
  await one.delete('lock')
  expect(await two.add('lock', 2)).toBe(true)
  await one.set('user', { v: 1 })
  await two.get('user')
  await one.set('user', { v: 2 })
  await two.update<object>('user', (old) => ({ ...old, seen: true }))
  expect(await two.get('user')).toEqual({ v: 2, seen: true })
})

test('the entry keeps its own life, not the near copy’s', async () => {
  const [one] = twoProcesses()
  await one.set('n', 1, { ttl: '1h', staleIfError: '1h' })
  await one.get('n')
  await one.increment('n')
  clock.advanceMs(31_000)
  expect(await one.lookup('n')).toMatchObject({ outcome: 'hit', value: 2, ttlLeftMs: 3_569_000 })
  await one.expire({ key: 'n' })
  expect(await one.getOrSet('n', () => Promise.reject(new Error('down')))).toBe(2)
})

test('a sliding entry lives while it is read, also through tiers', async () => {
  const [one] = twoProcesses()
  await one.set('s', 1, { ttl: '10s', sliding: true })
  for (let at = 0; at < 10; at++) {
    clock.advanceMs(8_000)
    expect(await one.get('s')).toBe(1)
  }
})
