/** The procedures of Analytics: one per panel, so that the client knows the exact rows of each. */
import { z } from 'zod'
import { rangeInput, unknownParameter } from '../../range-input.ts'
import type { Rooms } from '../../rooms.ts'
import { procedure, router } from '../../rpc.ts'

const ANALYTICS = ['delays', 'routes', 'ranks', 'hours'] as const
type AnalyticsName = (typeof ANALYTICS)[number]

const which = z.strictObject({ panel: z.enum(ANALYTICS).optional() }, { error: unknownParameter('panel') })

export function createAnalyticsRouter({ panels }: Rooms) {
  const range = rangeInput(panels.days).prefault({})
  const panel = <Name extends AnalyticsName>(name: Name) =>
    procedure.input(range).query(({ input }) => panels.answer(name, input))
  return router({
    delays: panel('delays'),
    routes: panel('routes'),
    ranks: panel('ranks'),
    hours: panel('hours'),
    /** Without a panel: all of this page. */
    refresh: procedure.input(which.prefault({})).mutation(async ({ input }) => {
      for (const name of input.panel === undefined ? ANALYTICS : [input.panel]) await panels.refresh(name)
    }),
  })
}
