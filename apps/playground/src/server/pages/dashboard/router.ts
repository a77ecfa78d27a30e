/** The procedures of the Dashboard. */
import { rangeInput } from '../../range-input.ts'
import type { Rooms } from '../../rooms.ts'
import { procedure, router } from '../../rpc.ts'

export function createDashboardRouter({ panels }: Rooms) {
  const range = rangeInput(panels.days).prefault({})
  return router({
    totals: procedure.input(range).query(({ input }) => panels.answer('totals', input)),
    refresh: procedure.mutation(() => panels.refresh('totals')),
  })
}
