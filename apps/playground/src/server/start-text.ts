/** What the terminal shows once the server listens. */
import { dayCountOf } from '../shared/calendar.ts'
import { PANEL_NAMES } from './queries/panel-queries.ts'
import type { RunningServer } from './start.ts'

export function startText({ address, rooms }: RunningServer): string {
  const { days, flightCount } = rooms.flights
  return `
  Stowage playground

    Open      ${address}
    Try       curl '${address}/api/panels/delays?from=${days.from}&to=${days.to}'
    Flights   ${flightCount.toLocaleString('en-US')} over ${dayCountOf(days)} days, ${PANEL_NAMES.length} panels, queried by DuckDB
    Cache     ${rooms.desk.choice().backend}, in ${rooms.directory}
    Stop      Ctrl-C
`
}
