/** The procedures of the Summary, which is made once a day. */
import { panelProcedure } from '../../panel-procedure.ts'
import type { Rooms } from '../../rooms.ts'
import { router } from '../../rpc.ts'

export function createSummaryRouter(rooms: Rooms) {
  return router({
    months: panelProcedure(rooms, 'months'),
    weekdays: panelProcedure(rooms, 'weekdays'),
  })
}
