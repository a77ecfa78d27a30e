/** Serves the built client. While it is being built, its first page waits instead of failing. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import express, { type RequestHandler, Router } from 'express'
import { PAGE_LIST } from '../shared/page-list.ts'
import { RequestError } from './problem.ts'
import { userOf } from './users/user-cookie.ts'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000

/** @param building resolves to the folder of the built client. */
export function clientFiles(building: Promise<string>): Router {
  const router = Router()
  const ready = building.then(async (directory) => {
    const document = await readFile(join(directory, 'index.html'))
    // Names under /assets carry a hash of their content; everything else is asked for again each time.
    router.use('/assets', express.static(`${directory}/assets`, { immutable: true, maxAge: YEAR_MS }))
    const page: RequestHandler = (request, response) => {
      // With the document, so that its first questions, which come all at once, are of one user.
      userOf(request, response)
      response.set('cache-control', 'no-cache').type('html').send(document)
    }
    // Every page is the same document, which reads its own address.
    router.get(
      PAGE_LIST.map(({ path }) => path),
      page,
    )
    router.use(
      express.static(directory, {
        cacheControl: false,
        setHeaders: (response) => response.setHeader('cache-control', 'no-cache'),
      }),
    )
    // A reader who is lost gets the tabs; a program gets the error below.
    router.get('/*path', (request, response, next) => {
      if (request.accepts(['json', 'html']) !== 'html') next()
      else page(request, response.status(404), next)
    })
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
