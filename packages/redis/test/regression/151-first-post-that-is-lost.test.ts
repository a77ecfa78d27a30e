/**
 * Regression: a post that was lost before its publisher had been heard of, right after the subscription, was never noticed: its number was
 * taken for the one the publisher had begun with, and copies of what it told of were served for as long as copies may be.
 */
import type { BusGap } from '@stowage/core'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { formatPost } from '../../src/bus/bus-text.ts'
import { RedisBus } from '../../src/bus/redis-bus.ts'
import { planRedis } from '../../src/options.ts'
import { Wire } from '../../src/wire.ts'
import { toldServer } from '../told-server.ts'

const MESSAGE = { origin: 'other', change: { all: true } } as const
/** In which everybody is heard of. */
const HEARD_MS = 20_000
const LOOK_MS = 1_000

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A bus that has said something, and hears from now on: itself, too. */
async function listening() {
  const { server, subscribers, lose } = toldServer(async (command, channel, text) => {
    if (command === 'publish') subscribers.at(-1)?.emit('message', channel, text)
    return command === 'info' ? 'run_id:one' : 1
  })
  const bus = new RedisBus(new Wire(server, 500), planRedis({ url: 'redis://h' }), () => undefined)
  onTestFinished(async () => bus.close())
  const gaps: BusGap[] = []
  bus.onGap((gap) => gaps.push(gap))
  await bus.publish(MESSAGE)
  await vi.advanceTimersByTimeAsync(1)
  expect(gaps.splice(0)).toEqual(['open', 'over'])
  const say = (number: number, ...messages: (typeof MESSAGE)[]) =>
    subscribers.at(-1)?.emit('message', 'stowage:bus', formatPost('other', number, messages))
  return { gaps, say, lose, pass: (lengthMs: number) => vi.advanceTimersByTimeAsync(lengthMs) }
}

it('it is told as a gap once everybody has been heard of, and that once', async () => {
  const { gaps, say, pass } = await listening()
  say(5)
  await pass(HEARD_MS - LOOK_MS)
  expect(gaps).toEqual([])
  await pass(2 * LOOK_MS)
  expect(gaps).toEqual(['over'])
  say(6, MESSAGE)
  await pass(2 * HEARD_MS)
  expect(gaps).toEqual(['over'])
})

it('nothing is told where nobody had said anything before, whatever one has said oneself', async () => {
  const { gaps, say, pass } = await listening()
  say(1, MESSAGE)
  say(1)
  await pass(2 * HEARD_MS)
  expect(gaps).toEqual([])
})

it('while nothing is heard nothing is said to be over', async () => {
  const { gaps, say, lose, pass } = await listening()
  say(5)
  lose()
  await pass(2 * HEARD_MS)
  expect(gaps).toEqual(['open'])
})
