/** The lines of a store's live entries. Looks at many at a time and holds nothing between two looks. */
import { isIntact, type ScannedEntry } from '@stowage/core'
import type { Visit } from '../visit.ts'
import { ahead } from './ahead.ts'
import { entryText } from './entry-line.ts'

/** What base64 makes of it has to be a text: Node's longest is 512 MB. */
const MAX_BODY_BYTES = 256_000_000

/** @param isWanted all, where it is not given. @returns the lines; undefined for an entry that cannot be moved */
export async function* exportedLines(
  { backend }: Visit,
  isWanted: ((entry: ScannedEntry) => boolean) | undefined,
): AsyncGenerator<string | undefined> {
  const scanned = backend.scan({ prefix: '', tag: undefined }, Date.now())
  const wanted = isWanted === undefined ? scanned : filtered(scanned, isWanted)
  const lines = ahead(wanted, ({ sizeBytes }) => sizeBytes, lineOf)
  // What has gone since it was listed is not told of.
  for await (const line of lines) if (line !== 'gone') yield line

  async function lineOf({ key, sizeBytes }: ScannedEntry): Promise<string | 'gone' | undefined> {
    if (sizeBytes > MAX_BODY_BYTES) return undefined
    const found = await backend.get(key, Date.now())
    if (typeof found === 'string') return found === 'undecodable' ? undefined : 'gone'
    const { facts, payload } = found
    if (payload.holds === 'value' || !isIntact(key, facts, payload.encoded)) return undefined
    return entryText({ key, facts, encoded: payload.encoded })
  }
}

async function* filtered<Item>(items: AsyncIterable<Item>, isWanted: (item: Item) => boolean): AsyncGenerator<Item> {
  for await (const item of items) if (isWanted(item)) yield item
}
