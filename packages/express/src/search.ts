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
  /** A call has expired it before its time. */
  readonly isExpired: boolean
}

export async function search(cache: Cache, place: RequestPlace, headers: IncomingHttpHeaders): Promise<Finding> {
  const first = await cache.lookup(place.key)
  if (first.outcome === 'miss') return missing(place.key)
  const list = isVariantList(first.value) ? first.value : undefined
  if (list === undefined) return { ...missing(place.key), ...found(unpackResponse(first.value), first.outcome) }
  const variant = variantOf(list.names, headers)
  const at = { ...missing(variantKey(place.key, variant)), list, variant }
  const second = await cache.lookup(at.key)
  if (second.outcome === 'miss') return at
  const stored = unpackResponse(second.value)
  const isListed = stored?.nonce === undefined || stored.nonce === list.nonce
  return { ...at, ...found(isListed ? stored : undefined, second.outcome) }
}

function missing(key: Key): Finding {
  return { key, list: undefined, variant: undefined, stored: undefined, isExpired: false }
}

function found(stored: StoredResponse | undefined, outcome: 'hit' | 'stale'): Pick<Finding, 'stored' | 'isExpired'> {
  return { stored, isExpired: outcome === 'stale' }
}
