/** How long the breaker leaves a failing backend alone, also when the clock does not go as it should. */
import { expect, test } from 'vitest'
import { faultyCache } from './faulty-cache.ts'

const OPENING_FAULTS = 5

async function opened() {
  const { clock, backend, cache } = faultyCache({ holds: 'values' })
  backend.inject('get', { kind: 'throw', error: new Error('down') })
  /** Whether a read asks the backend now. */
  const asks = async () => {
    const before = backend.callCounts.get('get') ?? 0
    await cache.lookup('key')
    return (backend.callCounts.get('get') ?? 0) > before
  }
  for (let at = 0; at < OPENING_FAULTS; at++) expect(await asks()).toBe(true)
  return { clock, backend, asks }
}

test('pauses double up to half a minute, to the millisecond', async () => {
  const { clock, asks } = await opened()
  for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    clock.advanceMs(pauseMs - 1)
    expect(await asks()).toBe(false)
    clock.advanceMs(1)
    expect(await asks()).toBe(true)
  }
})

test('the first pause after a recovery is the short one again', async () => {
  const { clock, backend, asks } = await opened()
  clock.advanceMs(1_000)
  await asks()
  backend.heal()
  clock.advanceMs(2_000)
  await asks()
  backend.inject('get', { kind: 'throw', error: new Error('down again') })
  for (let at = 0; at < OPENING_FAULTS; at++) await asks()
  clock.advanceMs(1_000)
  expect(await asks()).toBe(true)
})

test('a clock set back by a day does not leave the backend alone for a day', async () => {
  const { clock, asks } = await opened()
  expect(await asks()).toBe(false)
  clock.jumpToMs(clock.nowMs() - 86_400_000)
  expect(await asks()).toBe(true)
})

test('one set back by seconds lengthens the pause by no more than them', async () => {
  const { clock, asks } = await opened()
  clock.jumpToMs(clock.nowMs() - 10_000)
  expect(await asks()).toBe(false)
  clock.advanceMs(11_000)
  expect(await asks()).toBe(true)
})

test('only one call at a time tries a backend that has failed', async () => {
  const { clock, backend, asks } = await opened()
  backend.inject('get', { kind: 'hang' })
  clock.advanceMs(1_000)
  void asks()
  expect(await asks()).toBe(false)
})
