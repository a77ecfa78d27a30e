/** By what a stored response is told from others of its URL, and what it gets where it has nothing. */
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Precondition, Validators } from './conditional.ts'
import { fieldText } from './header-text.ts'
import { type ResponseHead, storedField } from './stored-response.ts'

/** What a handler is asked with, to say whether it still holds. */
export function validatorsOf(stored: ResponseHead): Precondition | undefined {
  const ifNoneMatch = storedField(stored, 'etag')
  const ifModifiedSince = storedField(stored, 'last-modified')
  return ifNoneMatch === undefined && ifModifiedSince === undefined ? undefined : { ifNoneMatch, ifModifiedSince }
}

/** What a response that is about to go out is told by. */
export function tellersOf(res: ServerResponse): Validators {
  const of = (name: string): string | undefined => fieldText(res.getHeader(name))
  return { etag: of('etag'), lastModified: of('last-modified'), date: of('date') }
}

/** A strong ETag of the body, where it is wanted and there is no validator. */
export function withEtag(head: ResponseHead, body: Uint8Array, isWanted: boolean): ResponseHead {
  const hasValidator = storedField(head, 'etag') !== undefined || storedField(head, 'last-modified') !== undefined
  if (!isWanted || hasValidator) return head
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`
  return { ...head, fields: [...head.fields, ['ETag', etag]] }
}
