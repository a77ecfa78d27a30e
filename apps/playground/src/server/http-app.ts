/** The Express app: the two doors, the health check, the client's files, and one way to say that something failed. */
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { clientFiles } from './client-files.ts'
import { createCsvExport } from './csv-export.ts'
import { createJsonApi } from './json-api.ts'
import { ownPagesOnly } from './own-pages-only.ts'
import { createPanelAnswers } from './panel-answers.ts'
import { problemOf, RequestError, requireNoParameters } from './problem.ts'
import type { Rooms } from './rooms.ts'
import { createRpcDoor } from './rpc-door.ts'
import { createRpcRouter } from './rpc-router.ts'
import { inShortTurns } from './short-turns.ts'

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

export interface App {
  readonly express: Express
  /** Ends the streams of events, which would hold up a stop. */
  readonly endStreams: () => void
}

/** @param building resolves to the folder of the built client. */
export function createApp(rooms: Rooms, building: Promise<string>): App {
  const rpcRouter = createRpcRouter(rooms)
  const ask = createPanelAnswers(rpcRouter)
  const rpc = createRpcDoor(rooms, rpcRouter)
  const app = express().disable('x-powered-by')
  app.use(inShortTurns())
  app.use(secure)
  app.use(ownPagesOnly)
  app.use(['/api', '/trpc', '/healthz'], uncached)
  app.get('/healthz', async (request, response) => {
    requireNoParameters(request.query)
    await rooms.ping()
    response.json({ status: 'ok' })
  })
  app.use('/api', createJsonApi(rooms, ask))
  app.use('/export', createCsvExport(rooms, ask))
  app.use('/trpc', rpc.router)
  app.use(clientFiles(building))
  app.use(notFound)
  app.use(failed)
  return { express: app, endStreams: rpc.endStreams }
}
