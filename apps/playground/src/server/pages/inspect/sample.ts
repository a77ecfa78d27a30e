/** Entries to try the page on, in a namespace of their own: small ones, many, some of whose keys and values are hostile. */
import type { Cache } from '@stowage/core'
import { spaceOf } from './spaces.ts'

export const SAMPLE_LIMIT = 100_000
const BATCH_COUNT = 500
const TTL = '1h'
const COUNTRIES = ['de', 'fr', 'jp', 'us', 'br', 'in', 'za'] as const
/** What a page must show and never run. */
const HOSTILE = '<img src=x onerror="document.title=\'taken over\'">'

export async function writeSample(cache: Cache, count: number): Promise<{ readonly stored: number }> {
  const sample = spaceOf(cache, 'sample')
  let stored = 0
  for (let from = 0; from < count; from += BATCH_COUNT) {
    const batch = Array.from({ length: Math.min(BATCH_COUNT, count - from) }, (_, offset) => entryAt(from + offset))
    const results = await sample.setMany(batch)
    stored += results.filter(({ outcome }) => outcome === 'stored').length
  }
  return { stored }
}

function entryAt(at: number) {
  const country = COUNTRIES[at % COUNTRIES.length] ?? 'de'
  const isHostile = at % 1_000 === 7
  const key = `user:${country}:${String(at).padStart(6, '0')}${isHostile ? HOSTILE : ''}`
  const value = { id: at, country, note: isHostile ? HOSTILE : `entry ${at} of the sample` }
  return [key, value, { ttl: TTL, tags: ['sample', `country:${country}`] }] as const
}
