/** The procedures of Settings. Nothing of them is kept by the cache that they are about. */

import { durationMs } from '@stowage/core'
import { z } from 'zod'
import { CACHE_MODES } from '../../../shared/cache-mode.ts'
import { cacheChoice } from '../../cache/cache-desk.ts'
import type { Rooms } from '../../rooms.ts'
import { procedure, router } from '../../rpc.ts'

const chosenMode = z.strictObject({ mode: z.enum(CACHE_MODES) })
const wanted = z.strictObject({ isWanted: z.boolean() })

export function createSettingsRouter({
  cached,
  desk,
  isOneOfSeveral,
  modes,
  nodes,
  preload,
  redisPlace,
  shortRanges,
}: Rooms) {
  return router({
    mode: procedure.query(({ ctx }) => ({
      mode: ctx.mode,
      preloadLimitMs: durationMs('preloadLimit', preload.limit),
      shortRangesKeptWarm: shortRanges.isKeptWarm(),
    })),
    chooseMode: procedure
      .input(chosenMode)
      // Nothing to forget: it is told to the other windows of the same user, which show the mode as well.
      .use(cached.invalidates({ paths: ['settings.mode'], scope: (ctx) => ctx.userId }))
      .mutation(({ ctx, input }) => modes.choose(ctx.userId, input.mode)),
    /** How the preload of full mode goes on. Whoever stops listening leaves it. */
    preload: procedure.subscription(({ ctx, signal }) =>
      preload.watch(ctx.userId, signal ?? new AbortController().signal),
    ),
    keepShortRangesWarm: procedure
      .input(wanted)
      .use(cached.invalidates({ paths: ['settings.mode'], scope: 'public' }))
      .mutation(({ input }) => shortRanges.keepWarm(input.isWanted)),
    cache: procedure.query(async () => ({
      choice: desk.choice(),
      fallbackReason: desk.fallbackReason,
      redis: await redisPlace.offer(),
      /** Of several nodes this one; null where it is the only one. */
      node: isOneOfSeveral ? nodes.name : null,
    })),
    /** Answers when the old cache is closed; new requests go to the new one long before. */
    chooseCache: procedure
      .input(cacheChoice)
      .use(cached.invalidates({ paths: ['settings.cache'], scope: 'public' }))
      .mutation(({ input }) => desk.choose(input)),
  })
}
