/**
 * The variants of one URL: which request fields tell them apart, and which are kept. This list is the entry at the URL's own
 * key once a response has said Vary; the variants are entries of their own.
 *
 * The first response of a URL tells only with its head where it belongs, so that it cannot be written under the lease
 * of its key. It is written first, with a nonce, and counts only if the list, which is written under the URL's lease, names
 * that nonce: what an invalidation has overtaken is never listed.
 */
import type { Cache, Key, Ttl } from '@stowage/core'
import { type RequestPlace, urlTag } from './request-key.ts'

export interface VariantList {
  readonly kind: 'variants'
  readonly names: readonly string[]
  /** Least recently used first. */
  readonly ids: readonly string[]
  /** The one written before the list was. */
  readonly nonce: string | undefined
}

/** What the list's life is, which must outlast its variants. */
export interface ListLife {
  readonly ttl: Ttl
  readonly staleWhileRevalidate: number
}

export function isVariantList(value: unknown): value is VariantList {
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind !== 'variants') return false
  if (!('names' in value) || !('ids' in value)) return false
  const { names, ids } = value
  return isTextList(names) && isTextList(ids) && (!('nonce' in value) || isOptionalText(value.nonce))
}

/** Notes that a variant was stored or used, and removes those that are too many. */
export async function noteVariant(
  cache: Cache,
  place: RequestPlace,
  variant: { readonly id: string; readonly names: readonly string[]; readonly keyOf: (id: string) => Key },
  bounds: { readonly maxVariants: number; readonly life?: ListLife },
): Promise<void> {
  let dropped: readonly string[] = []
  const change = (old: unknown): VariantList => {
    const list = isVariantList(old) ? old : undefined
    const names = [...new Set([...(list?.names ?? []), ...variant.names])].sort()
    // Under other names, the ids of before are found by nobody.
    const isSame = list !== undefined && names.length === list.names.length
    const ids = [...(isSame ? list.ids.filter((id) => id !== variant.id) : []), variant.id]
    dropped = ids.slice(0, Math.max(0, ids.length - bounds.maxVariants))
    return { kind: 'variants', names, ids: ids.slice(dropped.length), nonce: isSame ? list.nonce : undefined }
  }
  // A list that was only used keeps its life and tags.
  const options = bounds.life === undefined ? undefined : { ...bounds.life, tags: [urlTag(place)] }
  await cache.update<unknown>(place.key, change, options)
  if (dropped.length > 0) await cache.deleteMany(dropped.map(variant.keyOf))
}

/** Whether use of the variant is worth noting: only those in the older half of a long list move. */
export function isDueForNote(list: VariantList, id: string): boolean {
  return list.ids.length > 8 && list.ids.indexOf(id) < list.ids.length / 2
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}
