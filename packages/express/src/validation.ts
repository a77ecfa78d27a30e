/** A stored response after its handler has said that it still holds (RFC 9111, 4.3.4). */
import type { ServerResponse } from 'node:http'
import { isTagOf } from './conditional.ts'
import { type FieldsBefore, keptFields, refreshedFields } from './field-rules.ts'
import { fieldText } from './header-text.ts'
import type { Storability } from './storability.ts'
import { type StoredResponse, storedField } from './stored-response.ts'

export interface Validated {
  readonly response: StoredResponse
  readonly isStored: boolean
}

/** @param res the 304, whose fields are those of the stored response afterwards, but for what it has replaced */
export function validated(
  stored: StoredResponse,
  res: ServerResponse,
  world: {
    readonly before: FieldsBefore
    readonly omitted: ReadonlySet<string>
    readonly nowMs: number
    readonly storability: () => Storability
  },
): Validated {
  // Its age begins anew: what Node would add where it is sent is part of it here.
  if (!res.hasHeader('date')) res.setHeader('Date', new Date(world.nowMs).toUTCString())
  const news = keptFields(res, world.before, world.omitted)
  const etag = fieldText(res.getHeader('etag'))
  const storedEtag = storedField(stored, 'etag')
  // It speaks of another representation than the one that was asked about.
  if (etag !== undefined && storedEtag !== undefined && !isTagOf(etag, storedEtag))
    return { response: stored, isStored: false }
  const fields = refreshedFields(stored.fields, news)
  // Cookies are for the client that asked, and no part of what is stored.
  const cookies = res.getHeader('set-cookie')
  res.removeHeader('set-cookie')
  res.statusCode = stored.status
  for (const [name, value] of fields) res.setHeader(name, value)
  const storability = world.storability()
  if (cookies !== undefined) res.setHeader('Set-Cookie', cookies)
  if (!storability.storable) return { response: { ...stored, fields }, isStored: false }
  return { response: { ...stored, fields, life: storability.life, nonce: undefined }, isStored: true }
}
