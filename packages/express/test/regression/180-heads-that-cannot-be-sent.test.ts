/** Regression: a status or reason that Node refuses to send counted as sent, so that the connection was cut in place of an error page; and a status that was a text was stored, and never served. */
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { expect, test } from 'vitest'
import { servedApp } from '../served-app.ts'

const errorPage: ErrorRequestHandler = (error: Error, _req, res, next) => {
  if (res.headersSent) next(error)
  else res.set('Cache-Control', 'no-store').status(500).end(error.message)
}

const unsendable: Record<string, RequestHandler> = {
  'a status below 100': (_req, res) => {
    res.writeHead(99, { 'Cache-Control': 'max-age=60' })
    res.end('x')
  },
  'a status that is none': (_req, res) => {
    Reflect.set(res, 'statusCode', undefined)
    res.set('Cache-Control', 'max-age=60').end('x')
  },
  'a reason with a line break': (_req, res) => {
    res.statusMessage = 'Not\nso'
    res.set('Cache-Control', 'max-age=60').write('x')
  },
}

test.each(Object.keys(unsendable))('%s ends in the error page, for all who wait', async (what) => {
  const { app, ask } = await servedApp((req, res, next) => {
    setImmediate(() => {
      try {
        unsendable[what]?.(req, res, next)
      } catch (error) {
        // The error page has a reason of its own.
        res.statusMessage = ''
        next(error)
      }
    })
  })
  app.use(errorPage)
  const [first, second] = await Promise.all([ask('/a'), ask('/a')])
  expect([first.status, first.body]).toEqual([500, expect.stringMatching(/^Invalid (status code|character)/)])
  expect([second.status, second.body]).toEqual([500, first.body])
  expect(first.headers['cache-status']).toBe('Stowage; fwd=uri-miss; detail=no-store')
})

test('a status that is a text is the number it says', async () => {
  const { ask, runs } = await servedApp((_req, res) => {
    Reflect.set(res, 'statusCode', '200')
    res.set('Cache-Control', 'max-age=60').end('x')
  })
  await ask('/a')
  expect((await ask('/a')).headers['cache-status']).toMatch(/^Stowage; hit/)
  expect(runs()).toBe(1)
})
