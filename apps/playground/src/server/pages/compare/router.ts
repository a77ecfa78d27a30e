/** The procedures of Compare. */
import { z } from 'zod'
import { unknownParameter } from '../../range-input.ts'
import type { Rooms } from '../../rooms.ts'
import { procedure, router } from '../../rpc.ts'
import { CONTESTANTS, SIZE_MIXES } from './messages.ts'

const names = CONTESTANTS.map(({ name }) => name)

const wish = z.strictObject(
  {
    contestants: z.array(z.enum(names)).min(1, { error: 'at least one has to take part' }).readonly(),
    workload: z.strictObject({
      callCount: z.int().min(400).max(400_000),
      sizes: z.enum(SIZE_MIXES),
      sourceMs: z.int().min(0).max(1_000),
      maxMegabytes: z.int().min(1).max(1_000),
      seed: z.int().min(0).default(1),
    }),
  },
  { error: unknownParameter('contestants, workload') },
)

export function createCompareRouter({ compare }: Rooms) {
  return router({
    field: procedure.query(() => ({ contestants: CONTESTANTS, redisReason: compare.redisReason() ?? null })),
    start: procedure.input(wish).mutation(({ input }) => compare.start(input)),
    cancel: procedure.mutation(() => compare.cancel()),
    watch: procedure.subscription(({ signal }) => compare.watch(signal)),
  })
}
