/** Regression: a handler that hung once had every later request for its URL wait for `collapseTimeout`, or for ever where it had sent its head, for as long as others kept coming. */
import type { RequestHandler } from 'express'
import { expect, test } from 'vitest'
import { opened } from '../client.ts'
import { servedApp } from '../served-app.ts'

const TIMEOUT_MS = 5_000
const options = { collapseTimeout: TIMEOUT_MS }

/** The first run hangs, when it has sent so much; others answer. */
function hangingOnce(sent: 'nothing' | 'first'): RequestHandler {
  let count = 0
  return (_req, res) => {
    const isFirst = ++count === 1
    res.set('Cache-Control', 'max-age=60')
    if (!isFirst) res.send(`run ${count}`)
    else if (sent === 'first') res.write(sent)
  }
}

test('who comes once it has been silent for that time does not wait for it', async () => {
  const { ask, clock, runs } = await servedApp(hangingOnce('nothing'), { options })
  ask('/a').catch(() => undefined)
  await expect.poll(runs).toBe(1)
  clock.advanceMs(TIMEOUT_MS)
  expect((await ask('/a')).body).toBe('run 2')
})

test('nor where it has sent its head', async () => {
  const { ask, port, clock } = await servedApp(hangingOnce('first'), { options })
  await opened(port, '/a')
  clock.advanceMs(TIMEOUT_MS)
  expect((await ask('/a')).body).toBe('run 2')
})

test('those who have waited for it share one run', async () => {
  const { ask, clock, runs, middleware } = await servedApp(hangingOnce('nothing'), { options })
  ask('/a').catch(() => undefined)
  await expect.poll(runs).toBe(1)
  const timerCount = clock.timerCount
  const waiting = Array.from({ length: 20 }, () => ask('/a'))
  await expect.poll(() => clock.timerCount - timerCount).toBe(20)
  clock.advanceMs(TIMEOUT_MS)
  for (const { body } of await Promise.all(waiting)) expect(body).toBe('run 2')
  expect([runs(), middleware.stats().collapsed]).toEqual([2, 19])
})

test('and wait for one other at most', async () => {
  const { ask, clock, runs } = await servedApp(
    (_req, res) => {
      if (runs() > 2) res.set('Cache-Control', 'max-age=60').send('x')
    },
    { options },
  )
  ask('/a').catch(() => undefined)
  await expect.poll(runs).toBe(1)
  const timerCount = clock.timerCount
  const waiting = [ask('/a'), ask('/a'), ask('/a')].map((answer) => answer.catch(() => ({ body: 'none' })))
  await expect.poll(() => clock.timerCount - timerCount).toBe(3)
  clock.advanceMs(TIMEOUT_MS)
  await expect.poll(runs).toBe(2)
  // One of them runs the second, which hangs too; each of the others has its own in the end.
  await expect
    .poll(() => {
      clock.advanceMs(TIMEOUT_MS)
      return runs()
    })
    .toBe(4)
  expect((await Promise.any(waiting)).body).toBe('x')
})

test('a client that leaves waits no longer', async () => {
  const { ask, port, clock, runs } = await servedApp(hangingOnce('nothing'), { options })
  ask('/a').catch(() => undefined)
  await expect.poll(runs).toBe(1)
  const timerCount = clock.timerCount
  const leaving = new AbortController()
  const gone = Array.from({ length: 20 }, () => fetch(`http://127.0.0.1:${port}/a`, { signal: leaving.signal }))
  await expect.poll(() => clock.timerCount - timerCount).toBe(20)
  leaving.abort()
  await Promise.allSettled(gone)
  await expect.poll(() => clock.timerCount).toBe(timerCount)
  expect(runs()).toBe(1)
})
