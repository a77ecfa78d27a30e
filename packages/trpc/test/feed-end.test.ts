/** What a subscription leaves behind when it ends, by whichever way: nothing that hears, nothing that listens. */
import { getEventListeners } from 'node:events'
import { createFakeClock } from '@stowage/core/testing'
import { expect, test } from 'vitest'
import { invalidationFeed } from '../src/invalidation-feed.ts'
import { InvalidationHub, type Subscriber } from '../src/invalidation-hub.ts'

class CountingHub extends InvalidationHub {
  readonly hearing = new Set<Subscriber>()

  override add(subscriber: Subscriber): () => void {
    this.hearing.add(subscriber)
    const leave = super.add(subscriber)
    return () => {
      this.hearing.delete(subscriber)
      leave()
    }
  }
}

async function begun() {
  const hub = new CountingHub(undefined)
  const clock = createFakeClock()
  const leaving = new AbortController()
  const events = invalidationFeed(hub, { clock })({ ctx: {}, signal: leaving.signal })
  expect(await events.next()).toEqual({ done: false, value: { type: 'start' } })
  expect(hub.hearing.size).toBe(1)
  return { hub, clock, leaving, events }
}

test('by its signal, while nothing comes', async () => {
  const { hub, clock, leaving, events } = await begun()
  const waiting = events.next()
  leaving.abort()
  expect(await waiting).toEqual({ done: true, value: undefined })
  expect(hub.hearing.size).toBe(0)
  expect(getEventListeners(leaving.signal, 'abort')).toEqual([])
  expect(clock.timerCount).toBe(0)
})

test('by whoever reads it', async () => {
  const { hub, leaving, events } = await begun()
  await events.return()
  expect(hub.hearing.size).toBe(0)
  expect(getEventListeners(leaving.signal, 'abort')).toEqual([])
})

test('by a signal that was over before it began', async () => {
  const hub = new CountingHub(undefined)
  const events = invalidationFeed(hub)({ ctx: {}, signal: AbortSignal.abort() })
  await events.next()
  expect(await events.next()).toEqual({ done: true, value: undefined })
  expect(hub.hearing.size).toBe(0)
})
