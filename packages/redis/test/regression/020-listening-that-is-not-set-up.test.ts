/**
 * Regression: a process whose cache was closed while no Sentinel answered did not end: the connection that was to listen went on looking for one,
 * and nobody told it that it was not wanted any more.
 */
import { expect, it } from 'vitest'
import { Listening } from '../../src/listening.ts'
import { toldServer } from '../told-server.ts'

it('one that is being set up is let go of when it is stopped', async () => {
  const { server, subscribers, next } = toldServer()
  next.connect = () => new Promise(() => undefined)
  const gaps: string[] = []
  const listening = new Listening({
    server: () => server,
    event: 'message',
    channel: 'channel',
    finish: async () => undefined,
    isWhole: async () => true,
    heard: () => undefined,
    gap: (gap) => gaps.push(gap),
  })
  await expect.poll(() => subscribers.length, { interval: 1 }).toBe(1)
  listening.stop()
  expect(subscribers[0]?.isDisconnected).toBe(true)
  expect(gaps).toEqual([])
})
