/** How much is stored, counted by going through all of it: a server of many uses keeps no such figure for one of them. */
import type { Usage } from '@stowage/core'
import { headsOf } from './listing.ts'
import { sightings } from './sighting.ts'
import type { Store } from './store.ts'

export async function usageOf(store: Store): Promise<Usage> {
  let entryCount = 0
  let sizeBytes = 0
  for await (const batch of sightings(store, '')) {
    for (const entry of (await headsOf(batch)).entries) {
      entryCount += 1
      sizeBytes += entry.sizeBytes
    }
  }
  return { entryCount, sizeBytes, maxEntries: undefined, maxBytes: undefined }
}
