/** Looks for the stored response to a request: at its key, or where the URL's list of variants says. */

import type { IncomingHttpHeaders } from 'node:http'
import type { Cache, Key } from '@stowage/core'
import { type RequestPlace, variantKey } from './request-key.ts'
import { type StoredResponse, unpackResponse } from './stored-response.ts'
import { isVariantList, type VariantList } from './variants.ts'
import { variantOf } from './vary.ts'

export interface Finding {
  /** Where the response to this request is, or is to be kept. */
  readonly key: Key
  /** Undefined while nothing is known of variants. */
  readonly list: VariantList | undefined
  readonly variant: string | undefined
  readonly stored: StoredResponse | undefined
  /** The entry is past its time, which is not that of its response (entry-life.ts), or a call has expired it. */
  readonly isEntryStale: boolean
}

export async function search(cache: Cache, place: RequestPlace, headers: IncomingHttpHeaders): Promise<Finding> {
  const first = await cache.lookup(place.key)
  if (first.outcome === 'miss') return missing(place.key)
  const list = isVariantList(first.value) ? first.value : undefined
  if (list === undefined) {
    const stored = unpackResponse(first.value)
    return { key: place.key, list, variant: undefined, stored, isEntryStale: first.outcome === 'stale' }
  }
  const variant = variantOf(list.names, headers)
  const key = variantKey(place.key, variant)
  const second = await cache.lookup(key)
  if (second.outcome === 'miss') return { ...missing(key), list, variant }
  const stored = unpackResponse(second.value)
  const isListed = stored?.nonce === undefined || stored.nonce === list.nonce
  return { key, list, variant, stored: isListed ? stored : undefined, isEntryStale: second.outcome === 'stale' }
}

function missing(key: Key): Finding {
  return { key, list: undefined, variant: undefined, stored: undefined, isEntryStale: false }
}
