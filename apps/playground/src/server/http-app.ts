/** The Express app: the two doors, the health check, the client's files, and one way to say that something failed. */
import { createExpressMiddleware } from '@trpc/server/adapters/express'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { clientFiles } from './client-files.ts'
import { createJsonApi } from './json-api.ts'
import { problemOf, RequestError, requireNoParameters } from './problem.ts'
import type { Rooms } from './rooms.ts'
import { createRpcRouter } from './rpc-router.ts'

// Everything the page needs comes from this server; uPlot and React set styles by script, which style-src allows.
const CONTENT_POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const secure: RequestHandler = (_request, response, next) => {
  response.set({
    'content-security-policy': CONTENT_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
  next()
}

// Answers say how they were served: kept by a browser, they would lie.
const uncached: RequestHandler = (_request, response, next) => {
  response.set('cache-control', 'no-store')
  next()
}

const notFound: RequestHandler = (request) => {
  throw new RequestError(404, `nothing at ${request.method} ${request.path}`)
}

// Express tells an error handler by its four parameters.
const failed: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) {
    next(error)
    return
  }
  const { status, message } = problemOf(error)
  response.status(status).set('cache-control', 'no-store').json({ error: { message } })
}

/** @param building resolves to the folder of the built client. */
export function createApp(rooms: Rooms, building: Promise<string>): Express {
  const app = express().disable('x-powered-by')
  app.use(secure)
  app.use(['/api', '/trpc', '/healthz'], uncached)
  app.get('/healthz', async (request, response) => {
    requireNoParameters(request.query)
    await rooms.panels.ping()
    response.json({ status: 'ok' })
  })
  app.use('/api', createJsonApi(rooms.panels))
  app.use('/trpc', createExpressMiddleware({ router: createRpcRouter(rooms) }))
  app.use(clientFiles(building))
  app.use(notFound)
  app.use(failed)
  return app
}
