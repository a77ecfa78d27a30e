/** By which numbers a loss is noticed: those a publisher gives, and what is made of them. */
import { expect, onTestFinished, test, vi } from 'vitest'
import { parsePost } from '../src/bus/bus-text.ts'
import { RedisBus } from '../src/bus/redis-bus.ts'
import { Roll } from '../src/bus/roll.ts'
import type { ForeignChange } from '../src/foreign-change.ts'
import { trackingBus } from '../src/index.ts'
import { planRedis } from '../src/options.ts'
import { Wire } from '../src/wire.ts'
import { standInClient } from './stand-in-client.ts'

const MESSAGE = { origin: 'one', change: { all: true } } as const
const BEAT_MS = 100
const MAX_PUBLISHERS = 10_000

/** A bus whose server says yes to whatever is published, unless it is told otherwise; nothing is heard. */
function speaking() {
  vi.useFakeTimers()
  onTestFinished(() => {
    vi.useRealTimers()
  })
  const posts: string[] = []
  let isFailing = false
  const client = standInClient(async (command, _, text) => {
    if (command === 'publish') posts.push(String(text))
    if (isFailing) throw new Error('no')
    return command === 'info' ? 'run_id:1' : 1
  })
  const bus = new RedisBus(new Wire(client, 500), planRedis({ url: 'redis://h' }), () => undefined)
  onTestFinished(async () => bus.close())
  const numbers = (): string[] =>
    posts.splice(0).map((text) => {
      const post = parsePost(text)
      return `${post?.number}${post?.messages.length === 0 ? ' beat' : ''}`
    })
  return {
    bus,
    numbers,
    passes: (lengthMs: number) => vi.advanceTimersByTimeAsync(lengthMs),
    fail: (given: boolean): void => {
      isFailing = given
    },
  }
}

test('posts are counted, those that failed as well', async () => {
  const { bus, numbers, fail, passes } = speaking()
  await passes(1)
  await bus.publish(MESSAGE)
  fail(true)
  await expect(async () => bus.publish(MESSAGE)).rejects.toThrow('no')
  fail(false)
  await bus.publish(MESSAGE)
  expect(numbers()).toEqual(['1', '2', '3'])
})

test('a beat follows the last post within a second, and then every ten; one that failed is made again', async () => {
  const { bus, numbers, fail, passes } = speaking()
  await passes(1_001)
  expect(numbers()).toEqual(['0 beat'])
  await bus.publish(MESSAGE)
  await passes(1_000)
  expect(numbers()).toEqual(['1', '1 beat'])
  await passes(9_000)
  expect(numbers()).toEqual([])
  fail(true)
  await passes(1_000)
  expect(numbers()).toEqual(['1 beat'])
  fail(false)
  await passes(1_000)
  expect(numbers()).toEqual(['1 beat'])
  await passes(1_000)
  expect(numbers()).toEqual([])
})

test('whoever is first heard of late must begin at the beginning', () => {
  const roll = new Roll(BEAT_MS)
  roll.begin(1_000)
  expect(roll.misses('early', 7, false, 1_000 + 2 * BEAT_MS)).toBe(false)
  expect(roll.misses('late', 7, false, 1_001 + 2 * BEAT_MS)).toBe(true)
  expect(roll.misses('later', 1, true, 1_001 + 2 * BEAT_MS)).toBe(true)
  expect(roll.misses('new', 1, false, 1_001 + 2 * BEAT_MS)).toBe(false)
  expect(roll.misses('silent', 0, true, 1_001 + 2 * BEAT_MS)).toBe(false)
})

test('one that comes late or twice is none that is lost, and a break is forgotten', () => {
  const roll = new Roll(BEAT_MS)
  roll.misses('one', 3, false, 0)
  expect(roll.misses('one', 2, false, 0)).toBe(false)
  expect(roll.misses('one', 4, false, 0)).toBe(false)
  expect(roll.misses('one', 4, true, 0)).toBe(false)
  expect(roll.misses('one', 6, false, 0)).toBe(true)
  roll.begin(0)
  expect(roll.misses('one', 9, false, 0)).toBe(false)
})

test('of too many publishers the one heard longest ago is forgotten', () => {
  const roll = new Roll(BEAT_MS)
  for (let at = 0; at < MAX_PUBLISHERS; at++) roll.misses(`p ${at}`, 1, false, 0)
  roll.misses('p 0', 2, false, 0)
  roll.misses('one more', 1, false, 0)
  // Of one that is forgotten nobody knows what is missing.
  expect(roll.misses('p 0', 4, false, 0)).toBe(true)
  expect(roll.misses('p 1', 4, false, 0)).toBe(false)
})

test('a bus by what is tracked says to who comes later whether it is open', () => {
  let tell: (change: ForeignChange) => void = () => undefined
  const bus = trackingBus({
    watch(listener) {
      tell = listener
      return () => undefined
    },
  })
  const heard: string[] = []
  const listen = (who: string) => bus.onGap((gap) => heard.push(`${who} ${gap}`))
  listen('first')
  tell({ keys: 'any', targets: 'any', gap: 'over' })
  listen('second')
  tell({ keys: 'any', targets: 'any', gap: 'open' })
  listen('third')
  tell({ keys: 'any', targets: 'any' })
  expect(heard).toEqual([
    'first open',
    'first over',
    'first open',
    'second open',
    'third open',
    'first over',
    'second over',
    'third over',
  ])
})
