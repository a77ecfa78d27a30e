/**
 * Only the pages of this server may ask it. Any other site that a browser has open could send requests here too: by a form,
 * which needs nobody's permission, or under a name of its own that it lets lead to this machine.
 */
import type { RequestHandler } from 'express'
import { RequestError } from './problem.ts'

const OWN_HOSTS = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i
const HARMLESS = new Set(['GET', 'HEAD', 'OPTIONS'])

export const ownPagesOnly: RequestHandler = (request, _response, next) => {
  const { host = '', origin } = request.headers
  if (!OWN_HOSTS.test(host)) throw new RequestError(403, `host: '${host}' is not allowed; allowed: this machine's own`)
  if (!HARMLESS.has(request.method) && !isOwn(origin, host)) {
    throw new RequestError(403, `origin: '${String(origin)}' may change nothing here; allowed: http://${host}`)
  }
  next()
}

/** Programs send none. */
function isOwn(origin: string | undefined, host: string): boolean {
  return origin === undefined || origin === `http://${host}`
}
