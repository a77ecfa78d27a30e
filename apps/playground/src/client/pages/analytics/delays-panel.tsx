/** How late flights leave the busiest airports: the middle, and the tails that a mean hides. */
import { formatCount, formatMinutes, formatWholeMinutes } from '../../format.ts'
import { PanelCard, type PanelProps } from '../../panels/panel-card.tsx'
import { AirportCell } from '../../parts/airport-cell.tsx'
import { FigureTable } from '../../parts/figure-table.tsx'
import { SpreadCell } from '../../parts/spread-cell.tsx'
import { type PanelRow, rpc } from '../../rpc.ts'

export function DelaysPanel(props: PanelProps) {
  return (
    <PanelCard
      {...props}
      name="delays"
      path="analytics.delays"
      procedure={rpc.analytics.delays}
      tag="analytics.delays"
      forget={() => rpc.analytics.refresh.mutate({ panel: 'delays' })}
      title="Delay by origin"
      explanation="Minutes late at the 12 busiest airports: one flight in ten is later than p90. The bar spans p50 to p90, its line ends at p99, the tick is the mean."
      heightPx={474}
    >
      {(rows) => <Delays rows={rows} />}
    </PanelCard>
  )
}

function Delays({ rows }: { readonly rows: readonly PanelRow<'delays'>[] }) {
  const scale = {
    least: Math.min(...rows.map((row) => row.p50DelayMinutes)),
    most: Math.max(...rows.map((row) => row.p99DelayMinutes)),
  }
  return (
    <FigureTable
      caption="Delay by origin in minutes, the longest p90 first"
      rowTitle="Origin"
      figureTitles={['Flights', 'Mean', 'p50', 'p90', 'p99']}
      wideHead={
        <th scope="col" className="wide-only">
          Spread
        </th>
      }
    >
      {rows.map((row) => (
        <tr key={row.origin}>
          <AirportCell code={row.origin} city={row.city} />
          <td className="number">{formatCount(row.flightCount)}</td>
          <td className="number">{formatMinutes(row.meanDelayMinutes)}</td>
          <td className="number">{formatWholeMinutes(row.p50DelayMinutes)}</td>
          <td className="number">{formatWholeMinutes(row.p90DelayMinutes)}</td>
          <td className="number">{formatWholeMinutes(row.p99DelayMinutes)}</td>
          <SpreadCell
            {...scale}
            p50={row.p50DelayMinutes}
            p90={row.p90DelayMinutes}
            p99={row.p99DelayMinutes}
            mean={row.meanDelayMinutes}
          />
        </tr>
      ))}
    </FigureTable>
  )
}
