/** Serves the built client. While it is being built, its first page waits instead of failing. */
import express, { Router } from 'express'
import { RequestError } from './problem.ts'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000

/** @param building resolves to the folder of the built client. */
export function clientFiles(building: Promise<string>): Router {
  const router = Router()
  const ready = building.then((directory) => {
    // Names under /assets carry a hash of their content; everything else is asked for again each time.
    router.use('/assets', express.static(`${directory}/assets`, { immutable: true, maxAge: YEAR_MS }))
    router.use(
      express.static(directory, {
        cacheControl: false,
        setHeaders: (response) => response.setHeader('cache-control', 'no-cache'),
      }),
    )
  })
  // Whoever started the build tells the terminal why it failed; the page says that it did.
  const problem = ready.then(
    () => undefined,
    () => new RequestError(503, 'the page could not be built, the terminal says why; /api/panels works without it'),
  )
  router.use(async (_request, _response, next) => {
    next(await problem)
  })
  return router
}
