/** The procedures of Analytics: one per panel, so that the client knows the exact rows of each, and the refresh by hand. */
import { z } from 'zod'
import { panelProcedure } from '../../panel-procedure.ts'
import { PAGE_PANELS } from '../../queries/panel-queries.ts'
import { tagOf } from '../../queries/panel-tags.ts'
import { unknownParameter } from '../../range-input.ts'
import type { Rooms } from '../../rooms.ts'
import { procedure, router } from '../../rpc.ts'

const which = z.strictObject({ panel: z.enum(PAGE_PANELS.analytics).optional() }, { error: unknownParameter('panel') })

export function createAnalyticsRouter(rooms: Rooms) {
  return router({
    delays: panelProcedure(rooms, 'delays'),
    routes: panelProcedure(rooms, 'routes'),
    ranks: panelProcedure(rooms, 'ranks'),
    hours: panelProcedure(rooms, 'hours'),
    /** Makes the next request for the panel ask the source, whatever the range. Without a panel: all of this page. */
    refresh: procedure
      .input(which.prefault({}))
      .use(
        rooms.cached.invalidates({
          tags: ({ input }) => (input.panel === undefined ? PAGE_PANELS.analytics : [input.panel]).map(tagOf),
          scope: 'public',
        }),
      )
      .mutation(({ input }) => input),
  })
}
