/** When a connection that listens is whole, when it is not any more, and what is left of it. */
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { Listening, LOOK_MS } from '../src/listening.ts'
import { toldServer } from './told-server.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const look = () => vi.advanceTimersByTimeAsync(LOOK_MS)

function world() {
  const told = toldServer()
  const heard: unknown[] = []
  const gaps: string[] = []
  const rules = { finished: Promise.resolve(), isWhole: true }
  const listening = new Listening({
    server: () => told.server,
    event: 'message',
    channel: 'channel',
    finish: () => rules.finished,
    isWhole: async () => rules.isWhole,
    heard: (said) => heard.push(said),
    gap: (gap) => gaps.push(gap),
  })
  onTestFinished(() => listening.stop())
  return { ...told, heard, gaps, rules, listening }
}

test('one that is lost is told once, heard no more, and followed by another', async () => {
  const { subscribers, heard, gaps } = world()
  await look()
  expect(gaps).toEqual(['over'])
  const [first] = subscribers
  first?.emit('message', 'channel', 'a')
  first?.emit('close')
  first?.emit('close')
  first?.emit('message', 'channel', 'b')
  expect(gaps).toEqual(['over', 'open'])
  await look()
  expect(gaps).toEqual(['over', 'open', 'over'])
  subscribers[1]?.emit('message', 'channel', 'c')
  expect(heard).toEqual(['a', 'c'])
})

test('that the server’s own connection is lost is a break, too', async () => {
  const { subscribers, gaps, lose, server, events } = world()
  await look()
  lose()
  lose()
  expect(gaps).toEqual(['over', 'open'])
  expect(subscribers[0]?.isDisconnected).toBe(true)
  expect(events.listenerCount('close')).toBe(0)
  await look()
  expect(gaps).toEqual(['over', 'open'])
  server.status = 'ready'
  await look()
  expect(gaps).toEqual(['over', 'open', 'over'])
})

test.each([
  ['that is lost before it is whole', 'close'],
  ['that is stopped before it is whole', 'stop'],
])('one %s is none', async (_, how) => {
  const { subscribers, gaps, rules, listening } = world()
  const finished = Promise.withResolvers<void>()
  rules.finished = finished.promise
  await look()
  if (how === 'stop') listening.stop()
  else subscribers[0]?.emit('close')
  finished.resolve()
  await vi.advanceTimersByTimeAsync(0)
  expect(gaps).toEqual([])
  expect(subscribers[0]?.isDisconnected).toBe(true)
  expect(listening.isOpen).toBe(false)
})

test('one that cannot be connected is let go of, and tried again', async () => {
  const { subscribers, gaps, next } = world()
  next.connect = async () => {
    throw new Error('refused')
  }
  await look()
  expect(gaps).toEqual([])
  expect(subscribers[0]?.isDisconnected).toBe(true)
  next.connect = async () => undefined
  await look()
  expect(gaps).toEqual(['over'])
})

test('one that does not answer, or is not what it should be, is a break', async () => {
  const { subscribers, gaps, rules } = world()
  await look()
  const [first] = subscribers
  if (first !== undefined) {
    first.ping = async () => {
      throw new Error('silent')
    }
  }
  await look()
  expect(gaps).toEqual(['over', 'open'])
  await look()
  expect(gaps).toEqual(['over', 'open', 'over'])
  rules.isWhole = false
  await look()
  expect(gaps).toEqual(['over', 'open', 'over', 'open'])
})

test('a server that is not connected yet is looked at again soon', async () => {
  const { server, gaps } = world()
  server.status = 'connecting'
  await look()
  expect(gaps).toEqual([])
  server.status = 'ready'
  await vi.advanceTimersByTimeAsync(LOOK_MS / 10)
  expect(gaps).toEqual(['over'])
})

test('one that is stopped is looked at no more', async () => {
  const { listening, events, subscribers } = world()
  await look()
  listening.stop()
  expect(vi.getTimerCount()).toBe(0)
  expect(events.listenerCount('close')).toBe(0)
  expect(subscribers[0]?.isDisconnected).toBe(true)
})

test('nor when it is stopped in the midst of a look', async () => {
  const { listening, subscribers } = world()
  await look()
  const pong = Promise.withResolvers<unknown>()
  const [first] = subscribers
  if (first !== undefined) first.ping = () => pong.promise
  await look()
  listening.stop()
  pong.resolve('PONG')
  await vi.advanceTimersByTimeAsync(0)
  expect(vi.getTimerCount()).toBe(0)
})
