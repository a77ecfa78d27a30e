/** Looks for the stored response to a request: at its key, or where the URL's list of variants says. */

import type { IncomingHttpHeaders } from 'node:http'
import { type Cache, type Key, type MaybePromise, mapped } from '@stowage/core'
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

/** At once where memory has it fresh: a promise for each step costs more than the rest of such a look. */
export function search(cache: Cache, place: RequestPlace, headers: IncomingHttpHeaders): MaybePromise<Finding> {
  return mapped(look(cache, place.key), (first) => {
    if (first.outcome === 'miss') return missing(place.key)
    const list = isVariantList(first.value) ? first.value : undefined
    if (list === undefined) {
      const stored = unpackResponse(first.value)
      return { key: place.key, list, variant: undefined, stored, isEntryStale: first.outcome === 'stale' }
    }
    return searchListed(cache, place, list, variantOf(list.names, headers))
  })
}

function searchListed(cache: Cache, place: RequestPlace, list: VariantList, variant: string): MaybePromise<Finding> {
  const key = variantKey(place.key, variant)
  return mapped(look(cache, key), (second) => {
    if (second.outcome === 'miss') return { ...missing(key), list, variant }
    const stored = unpackResponse(second.value)
    const isListed = stored?.nonce === undefined || stored.nonce === list.nonce
    return { key, list, variant, stored: isListed ? stored : undefined, isEntryStale: second.outcome === 'stale' }
  })
}

type Looked = { readonly outcome: 'hit' | 'stale'; readonly value: unknown } | { readonly outcome: 'miss' }

function look(cache: Cache, key: Key): MaybePromise<Looked> {
  const held = cache.getSync(key)
  return held === undefined ? cache.lookup(key) : { outcome: 'hit', value: held }
}

function missing(key: Key): Finding {
  return { key, list: undefined, variant: undefined, stored: undefined, isEntryStale: false }
}
