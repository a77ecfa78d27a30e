/** One line per month, with its worst day. */
import { formatCount, formatDay, formatMinutes, formatMonth, formatTenthShare } from '../../format.ts'
import { PanelCard, type PanelProps } from '../../panels/panel-card.tsx'
import { BarCell } from '../../parts/bar-cell.tsx'
import { FigureTable } from '../../parts/figure-table.tsx'
import { type PanelRow, rpc } from '../../rpc.ts'

export function MonthsPanel(props: PanelProps) {
  return (
    <PanelCard
      {...props}
      name="months"
      title="By month"
      explanation="All flights there are. The worst day is the one with the longest mean delay."
      heightPx={260}
      path="summary.months"
      procedure={rpc.summary.months}
      tag="summary.months"
    >
      {(rows) => <Months rows={rows} />}
    </PanelCard>
  )
}

function Months({ rows }: { readonly rows: readonly PanelRow<'months'>[] }) {
  const most = Math.max(...rows.map((row) => row.flightCount))
  return (
    <FigureTable
      caption="Flights by month"
      rowTitle="Month"
      figureTitles={['Flights', 'On time', 'Delay', 'Worst day']}
    >
      {rows.map((row) => (
        <tr key={row.month}>
          <th scope="row" className="unbroken">
            {formatMonth(row.month)}
          </th>
          <BarCell value={row.flightCount} longest={most} text={formatCount(row.flightCount)} />
          <td className="number">{formatTenthShare(row.onTimeShare)}</td>
          <td className="number">{formatMinutes(row.meanDelayMinutes)}</td>
          <td className="number" title={`${formatMinutes(row.worstDayDelayMinutes)} minutes on average`}>
            {formatDay(row.worstDay)}
          </td>
        </tr>
      ))}
    </FigureTable>
  )
}
