/** What the check of a counter, a throttle or an averager takes for a number, and what its repair leaves alone. */
import type { Backend, SpaceValue } from '@stowage/core'
import { memoryBackend } from '@stowage/memory'
import { beforeEach, describe, expect, test } from 'vitest'
import { createAverager, createCounter, throttle } from '../src/index.ts'

let backend: Backend
beforeEach(() => {
  backend = memoryBackend({ maxEntries: 1 })
})

const IN_ORDER = { torn: 0, misplaced: 0, unpaired: 0, wrong: 0, repaired: 0 }
const KINDS = [
  { space: 'counter:x', key: 'n', open: (on: Backend) => createCounter(on, 'x') },
  { space: 'throttle:x', key: 't', open: (on: Backend) => throttle(on, 'x', { limit: 1, per: '1s' }) },
  { space: 'averager:x', key: 'total', open: (on: Backend) => createAverager(on, 'x') },
  { space: 'averager:x', key: 'count', open: (on: Backend) => createAverager(on, 'x') },
]

async function write(space: string, values: Readonly<Record<string, SpaceValue>>): Promise<void> {
  const changes = Object.entries(values).map(([key, value]) => ({ do: 'put', key, value, moveCount: 0 }) as const)
  await backend.spaces?.commit(space, { expect: [], changes, isTold: false }, Date.now())
}

async function kept(space: string): Promise<Record<string, SpaceValue>> {
  const all = { from: '', to: undefined, limit: 9, isReversed: false }
  return Object.fromEntries(((await backend.spaces?.scan(space, all)) ?? []).map(({ key, value }) => [key, value]))
}

/** The same store, to which somebody else writes once it has been looked at, by this call. */
function overtaken(call: 'scan' | 'get', write: () => Promise<void>): Backend {
  const { spaces } = backend
  const own = new Proxy(spaces ?? {}, {
    get: (target, name): unknown => {
      const own: unknown = Reflect.get(target, name)
      if (typeof own !== 'function') return own
      return async (...args: unknown[]): Promise<unknown> => {
        const answer: unknown = await Reflect.apply(own, target, args)
        if (name === call) await write()
        return answer
      }
    },
  })
  return new Proxy(backend, { get: (target, name): unknown => (name === 'spaces' ? own : Reflect.get(target, name)) })
}

describe.each(KINDS)('$key of $space', ({ space, key, open }) => {
  const whole = space.startsWith('averager') ? { total: '6', count: '2' } : {}

  test.each([['1'], ['12.5'], ['1e+21']])('%s is a number', async (text) => {
    await write(space, { ...whole, [key]: text })
    expect(await open(backend).check({ repair: true })).toMatchObject(IN_ORDER)
  })

  test.each([[''], ['seven'], ['NaN'], ['Infinity'], [Uint8Array.of(49)]])('%s is none', async (value) => {
    await write(space, { ...whole, [key]: value })
    expect(await open(backend).check()).toMatchObject({ ...IN_ORDER, torn: 1 })
  })

  test('what stands beside it is told, and left', async () => {
    await write(space, { ...whole, [key]: '2', stray: '5' })
    expect(await open(backend).check({ repair: true })).toMatchObject({ ...IN_ORDER, misplaced: 1 })
    expect(await kept(space)).toMatchObject({ [key]: '2', stray: '5' })
  })
})

test('a count below one is none', async () => {
  await write('averager:x', { total: '6', count: '0' })
  expect(await createAverager(backend, 'x').check()).toMatchObject({ torn: 1 })
})

test.each([
  ['both', { total: '?', count: '0' }, 2],
  ['its total', { total: '?', count: '3' }, 1],
  ['its total, which is alone', { total: '?' }, 2],
])('an averager of which %s cannot be read begins anew, whole', async (_, halves: Record<string, string>, faults) => {
  await write('averager:x', halves)
  const mean = createAverager(backend, 'x')
  const report = await mean.check({ repair: true })
  expect([report.torn + report.unpaired, report.repaired]).toEqual([faults, faults])
  expect(await kept('averager:x')).toEqual({})
  expect(await mean.check()).toMatchObject(IN_ORDER)
})

test('a throttle that somebody booked since is left as it is', async () => {
  await write('throttle:x', { t: '?' })
  const store = overtaken('scan', () => write('throttle:x', { t: '5' }))
  const report = await throttle(store, 'x', { limit: 1, per: '1s' }).check({ repair: true })
  expect(report).toMatchObject({ torn: 1, repaired: 0 })
  expect(await kept('throttle:x')).toEqual({ t: '5' })
})

test('an averager that somebody added to since is left as it is', async () => {
  await write('averager:x', { count: '2' })
  const store = overtaken('get', () => write('averager:x', { total: '6' }))
  expect(await createAverager(store, 'x').check({ repair: true })).toMatchObject({ unpaired: 1, repaired: 0 })
  expect(await kept('averager:x')).toEqual({ total: '6', count: '2' })
})
