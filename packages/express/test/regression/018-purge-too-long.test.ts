/** A client that was still sending a purge of more than is read got no answer, as its connection was broken off. */
import { request } from 'node:http'
import { purgeRouter } from '@stowage/express'
import { expect, onTestFinished, test } from 'vitest'
import { counting, servedApp } from '../served-app.ts'

test('what is too long is answered while it comes', async () => {
  const { app, cache, port } = await servedApp(counting({}), { before: [(req, res, next) => purge(req, res, next)] })
  const purge = purgeRouter({ cache, authorize: () => true })
  app.set('env', 'test')
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const sent = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-length': 200_000 } }, (res) => {
    resolve(res.statusCode)
  })
  onTestFinished(() => void sent.destroy())
  sent.on('error', reject).write(JSON.stringify({ tags: ['x'.repeat(70_000)] }))
  expect(await promise).toBe(413)
})
