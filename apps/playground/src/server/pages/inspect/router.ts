/** The procedures of Inspect. Keys never come from the page: it names an entry by its place in a list it was given. */
import { inspect } from 'node:util'
import { StowageError } from '@stowage/core'
import { z } from 'zod'
import { RequestError } from '../../problem.ts'
import type { Rooms } from '../../rooms.ts'
import { procedure, router } from '../../rpc.ts'
import { Listings, SORTS, shownRows } from './listing.ts'
import { previewOf, targetOf } from './preview.ts'
import { SAMPLE_LIMIT, writeSample } from './sample.ts'
import { SPACES, spaceOf } from './spaces.ts'

/** Rows a window may hold. */
const WINDOW_LIMIT = 500
/** A longer value is cut: it is for looking at. */
const SHOWN_LENGTH = 20_000

const space = z.enum(SPACES)
const listing = z.strictObject({
  space,
  prefix: z.string().max(1_000).optional(),
  tag: z.string().min(1).max(1_000).optional(),
  sort: z.enum(SORTS),
})
const rows = z.strictObject({ id: z.int(), from: z.int().min(0), count: z.int().min(1).max(WINDOW_LIMIT) })
const place = z.strictObject({ id: z.int(), at: z.int().min(0) })
const target = z.strictObject({ space, kind: z.enum(['tag', 'prefix', 'pattern']), text: z.string().min(1).max(1_000) })
const sample = z.strictObject({ count: z.int().min(1).max(SAMPLE_LIMIT) })

export function createInspectRouter({ cache, desk, hits }: Rooms) {
  const listings = new Listings()
  return router({
    list: procedure.input(listing).query(async ({ input }) => {
      const taken = await listings.take(cache, input)
      const { limit, ...held } = await cache.usage()
      return {
        id: taken.id,
        count: taken.entries.length,
        bytes: taken.entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        held: { ...held, maxBytes: limit.bytes ?? null },
        backend: desk.choice().backend,
      }
    }),
    rows: procedure.input(rows).query(({ input }) => shownRows(listings.kept(input.id), input.from, input.count, hits)),
    view: procedure.input(place).query(async ({ input }) => {
      const entry = listings.entry(input.id, input.at)
      const found = await spaceOf(cache, entry.space).lookup(entry.key)
      if (found.outcome === 'miss') return { outcome: 'miss' as const, reason: found.reason }
      const { value, tags, ...facts } = found
      const text = inspect(value, { depth: 6, maxArrayLength: 200, maxStringLength: SHOWN_LENGTH, breakLength: 100 })
      return { ...facts, tags: [...tags], text: text.slice(0, SHOWN_LENGTH), isCut: text.length > SHOWN_LENGTH }
    }),
    touch: procedure.input(place).mutation(({ input }) => {
      const { space: name, key } = listings.entry(input.id, input.at)
      return spaceOf(cache, name).touch(key)
    }),
    expire: procedure.input(place).mutation(({ input }) => {
      const { space: name, key } = listings.entry(input.id, input.at)
      return spaceOf(cache, name).expire({ key })
    }),
    remove: procedure.input(place).mutation(({ input }) => {
      const { space: name, key } = listings.entry(input.id, input.at)
      return spaceOf(cache, name).delete(key)
    }),
    preview: procedure.input(target).query(({ input }) => readable(() => previewOf(cache, input))),
    invalidate: procedure
      .input(target)
      .mutation(({ input }) => readable(() => spaceOf(cache, input.space).invalidate(targetOf(input)))),
    curve: procedure.query(() => {
      const { missRatioCurve, lookups } = cache.stats()
      return { points: missRatioCurve ?? null, lookupCount: lookups }
    }),
    fill: procedure.input(sample).mutation(({ input }) => writeSample(cache, input.count)),
  })
}

/** What a target is refused for is for the reader: a malformed pattern, say. */
async function readable<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof StowageError) throw new RequestError(400, error.message)
    throw error
  }
}
