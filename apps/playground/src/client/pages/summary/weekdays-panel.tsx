/** The average Monday, Tuesday and so on. */
import { formatCount, formatMinutes, formatTenthShare } from '../../format.ts'
import { PanelCard, type PanelProps } from '../../panels/panel-card.tsx'
import { BarCell } from '../../parts/bar-cell.tsx'
import { FigureTable } from '../../parts/figure-table.tsx'
import { type PanelRow, rpc } from '../../rpc.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const

export function WeekdaysPanel(props: PanelProps) {
  return (
    <PanelCard
      {...props}
      name="weekdays"
      title="By day of the week"
      explanation="Flights on an average one, how many of them left at most 15 minutes late, and the mean delay."
      heightPx={290}
      path="summary.weekdays"
      procedure={rpc.summary.weekdays}
      tag="summary.weekdays"
    >
      {(rows) => <Weekdays rows={rows} />}
    </PanelCard>
  )
}

function Weekdays({ rows }: { readonly rows: readonly PanelRow<'weekdays'>[] }) {
  const most = Math.max(...rows.map((row) => row.flightsPerDay))
  return (
    <FigureTable caption="Flights by day of the week" rowTitle="Day" figureTitles={['Flights', 'On time', 'Delay']}>
      {rows.map((row) => (
        <tr key={row.weekday}>
          <th scope="row">{WEEKDAYS[row.weekday - 1]}</th>
          <BarCell value={row.flightsPerDay} longest={most} text={formatCount(row.flightsPerDay)} />
          <td className="number">{formatTenthShare(row.onTimeShare)}</td>
          <td className="number">{formatMinutes(row.meanDelayMinutes)}</td>
        </tr>
      ))}
    </FigureTable>
  )
}
