/** The procedures of the Dashboard: its metrics, and the events that make them wrong. */

import { panelProcedure } from '../../panel-procedure.ts'
import { EVENT_TAGS } from '../../queries/panel-tags.ts'
import type { Rooms } from '../../rooms.ts'
import { procedure, router } from '../../rpc.ts'

export function createDashboardRouter(rooms: Rooms) {
  const { cached, operations } = rooms
  /** Every browser hears of it: the answers are the same for all. */
  const event = procedure.use(cached.invalidates({ tags: EVENT_TAGS, scope: 'public' }))
  return router({
    metrics: panelProcedure(rooms, 'metrics'),
    totals: panelProcedure(rooms, 'totals'),
    operations: procedure
      .use(cached.query({ scope: 'public', tags: EVENT_TAGS.slice(0, 1) }))
      .query(() => operations.state()),
    completeFlight: event.mutation(() => operations.completeFlight()),
    changePlan: event.mutation(() => operations.changePlan()),
    startOver: event.mutation(() => operations.startOver()),
  })
}
