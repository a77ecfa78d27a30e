/** How long the entry of a response is worth its room: fresh, then for whichever use of it lasts longest. */
import { allowsStale } from './freshness.ts'
import { type ResponseHead, storedField } from './stored-response.ts'

/** How long an entry is kept after its ttl. One length for all, as it must be known before the response is. */
export const KEPT_STALE_MS = 3_600_000
/** How long a response with a validator is worth keeping after its freshness. */
const VALIDATOR_MS = 86_400_000

export function entryLife(response: ResponseHead): { readonly ttl: number; readonly staleWhileRevalidate: number } {
  const { life } = response
  const freshMs = Math.max(0, life.freshMs - life.initialAgeMs)
  const hasValidator =
    storedField(response, 'etag') !== undefined || storedField(response, 'last-modified') !== undefined
  const staleMs = allowsStale(life) ? Math.max(life.staleWhileRevalidateMs, life.staleIfErrorMs) : 0
  const afterMs = Math.max(staleMs, hasValidator ? VALIDATOR_MS : 0)
  return { ttl: Math.max(1, freshMs + Math.max(0, afterMs - KEPT_STALE_MS)), staleWhileRevalidate: KEPT_STALE_MS }
}
