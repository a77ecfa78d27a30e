/** Every browser is a user: a random name in a cookie that no script can read. There is nothing to log in to. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

const COOKIE = 'playground-user'
const NAME = /^[0-9a-f-]{36}$/
const YEAR_SECONDS = 365 * 24 * 60 * 60

/** The name of the user who asks; a browser without one is given one. */
export function userOf(request: IncomingMessage, response: ServerResponse): string {
  const kept = cookies(request.headers.cookie).get(COOKIE)
  if (kept !== undefined && NAME.test(kept)) return kept
  const userId = randomUUID()
  response.appendHeader('set-cookie', `${COOKIE}=${userId}; Path=/; Max-Age=${YEAR_SECONDS}; HttpOnly; SameSite=Strict`)
  return userId
}

function cookies(header: string | undefined): ReadonlyMap<string, string> {
  const pairs = (header ?? '').split(';').map((pair): [string, string] => {
    const [name = '', ...value] = pair.split('=')
    return [name.trim(), value.join('=').trim()]
  })
  return new Map(pairs)
}
