/**
 * A handler that failed half-way while its response was withheld from its client (a 304 was to be the answer), or after the client had
 * left, found no head sent: its error page was taken for the rest of the body, sent to those who followed, and stored as a 200.
 */
import { once } from 'node:events'
import { request } from 'node:http'
import type { Response } from 'express'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

/** Fails half-way the first time it runs. */
async function failingOnce() {
  const begun: Response[] = []
  const failure = Promise.withResolvers<void>()
  const served = await servedApp(async (_req, res) => {
    begun.push(res)
    res.set('Cache-Control', 'max-age=60').type('text')
    res.write('row 1 ')
    if (begun.length === 1) await failure.promise
    res.end('row 2')
  })
  served.app.set('env', 'test')
  return { ...served, begun, fail: () => failure.reject(new Error('the database is away')) }
}

test('where a 304 was to be the answer', async () => {
  const { ask, begun, fail, runs } = await failingOnce()
  const first = ask('/a', { headers: { 'if-none-match': '*' } })
  await expect.poll(() => begun.length).toBe(1)
  fail()
  await expect(first).rejects.toThrow('socket hang up')
  expect(await ask('/a')).toMatchObject({ status: 200, body: 'row 1 row 2' })
  expect(runs()).toBe(2)
})

test('after the client has left, while others wait for the same', async () => {
  const { ask, begun, fail, port, runs } = await failingOnce()
  const leader = request({ host: '127.0.0.1', port, path: '/a', agent: false }).on('error', () => undefined)
  leader.end()
  await expect.poll(() => begun.length).toBe(1)
  const followed = Promise.withResolvers<void>()
  const follower = request({ host: '127.0.0.1', port, path: '/a', agent: false }, (res) => {
    res.once('data', () => followed.resolve())
    res.once('error', () => undefined)
    res.once('close', () => ends.push(res.complete))
  })
  const ends: boolean[] = []
  follower.end()
  await followed.promise
  const closed = once(begun[0]?.req.socket ?? leader, 'close')
  leader.destroy()
  await closed
  fail()
  await expect.poll(() => ends).toEqual([false])
  expect(await ask('/a')).toMatchObject({ status: 200, body: 'row 1 row 2' })
  expect(runs()).toBe(2)
})
