/** The procedures of Faults. */
import { z } from 'zod'
import { unknownParameter } from '../../range-input.ts'
import type { Rooms } from '../../rooms.ts'
import { procedure, router } from '../../rpc.ts'
import { STORES } from './proving-cache.ts'
import { FAULTS } from './proving-ground.ts'

const start = z.strictObject({ store: z.enum(STORES) }, { error: unknownParameter('store') })
const fault = z.strictObject({ name: z.enum(FAULTS) }, { error: unknownParameter('name') })

export function createFaultsRouter({ faults }: Rooms) {
  return router({
    state: procedure.query(() => ({
      redisReason: faults.redisReason ?? null,
      ground: faults.state() ?? null,
    })),
    start: procedure.input(start).mutation(({ input }) => faults.start(input.store)),
    stop: procedure.mutation(() => faults.stop()),
    do: procedure.input(fault).mutation(({ input }) => faults.fault(input.name)),
  })
}
