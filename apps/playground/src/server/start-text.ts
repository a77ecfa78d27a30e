/** What the terminal shows once the server listens. */
import { dayCountOf } from '../shared/calendar.ts'
import { PANEL_NAMES } from './queries/panel-queries.ts'
import type { RunningServer } from './start.ts'

export function startText({ address, backend, cachePath, panels }: RunningServer): string {
  const { days, flightCount } = panels.status()
  return `
  Stowage playground

    Open      ${address}
    Try       curl '${address}/api/panels/delays?from=${days.from}&to=${days.to}'
    Flights   ${flightCount.toLocaleString('en-US')} over ${dayCountOf(days)} days, ${PANEL_NAMES.length} panels, queried by DuckDB
    Cache     ${backend}: ${cachePath}
    Stop      Ctrl-C
`
}
