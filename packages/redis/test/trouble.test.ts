/** What is told of a connection is what went wrong last that says something, and for as long as it is of interest. */
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ConnectionTrouble } from '../src/connection-trouble.ts'
import { standInClient } from './stand-in-client.ts'

const TIMEOUT_MS = 100
const EMPTY = 'Connection is closed.'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** @param isHeard whether the user listens to the errors of the client */
function world(isHeard = true) {
  const events = new EventEmitter()
  if (isHeard) events.on('error', () => undefined)
  const client = {
    ...standInClient(async () => 'done'),
    on: (event: string, listener: (...args: unknown[]) => void) => events.on(event, listener),
    off: (event: string, listener: (...args: unknown[]) => void) => events.off(event, listener),
    listenerCount: (event: string) => events.listenerCount(event),
  }
  const trouble = new ConnectionTrouble(client, TIMEOUT_MS)
  return {
    trouble,
    client,
    events,
    fail: (message: string) => events.emit('error', new Error(message)),
    said: () => trouble.reason?.message,
  }
}

test('a reason is of interest for a while once there is a connection, and for as long as there is none', () => {
  const { client, fail, said } = world()
  expect(said()).toBeUndefined()
  fail('refused')
  expect(said()).toBe('the connection was lost: refused')
  vi.advanceTimersByTime(2 * TIMEOUT_MS)
  expect(said()).toBeUndefined()
  client.status = 'reconnecting'
  expect(said()).toBe('no connection: refused')
  client.status = 'connect'
  expect(said()).toBe('the server has not said that it is ready, and may be loading its data; before: refused')
})

test('one that says nothing takes no other’s place', () => {
  const { trouble, fail, said } = world()
  fail(EMPTY)
  expect(said()).toBe(`the connection was lost: ${EMPTY}`)
  fail('refused')
  fail(EMPTY)
  trouble.closed()
  expect(said()).toBe('the connection was lost: refused')
  vi.advanceTimersByTime(2 * TIMEOUT_MS)
  trouble.closed()
  expect(said()).toBe('the connection was lost: the server closed it')
})

test('a fault is explained where it says nothing by itself', () => {
  const { trouble, fail } = world()
  const empty = new Error(EMPTY)
  expect(trouble.explain(empty)).toBe(empty)
  fail('refused')
  expect(trouble.explain(empty).message).toBe(`${EMPTY} (the connection was lost: refused)`)
  const telling = new Error('OOM command not allowed')
  expect(trouble.explain(telling)).toBe(telling)
})

test('a server of a Cluster is named', () => {
  const { events, said } = world()
  events.emit('node error', new Error('refused'), 'host:1')
  expect(said()).toBe('the connection was lost: host:1: refused')
})

test('a client whose errors nobody hears stays one, and one that is left is heard no more', () => {
  const unheard = world(false)
  expect(unheard.events.listenerCount('error')).toBe(0)
  const { trouble, events } = world()
  expect(events.listenerCount('error')).toBe(2)
  trouble.forget()
  expect([events.listenerCount('error'), events.listenerCount('node error')]).toEqual([1, 0])
})
