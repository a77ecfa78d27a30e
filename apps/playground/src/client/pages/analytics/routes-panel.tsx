/** The most flown routes, and on how many days they were flown. */
import { formatCount, formatMinutes } from '../../format.ts'
import { PanelCard, type PanelProps } from '../../panels/panel-card.tsx'
import { BarCell } from '../../parts/bar-cell.tsx'
import { FigureTable } from '../../parts/figure-table.tsx'
import { Icon } from '../../parts/icon.tsx'
import { type PanelRow, rpc } from '../../rpc.ts'

export function RoutesPanel(props: PanelProps) {
  return (
    <PanelCard
      {...props}
      name="routes"
      path="analytics.routes"
      procedure={rpc.analytics.routes}
      tag="analytics.routes"
      forget={() => rpc.analytics.refresh.mutate({ panel: 'routes' })}
      title="Busiest routes"
      explanation="The 12 most flown pairs of airports, on how many of the days, and how many minutes late."
      heightPx={474}
    >
      {(rows) => <Routes rows={rows} />}
    </PanelCard>
  )
}

function Routes({ rows }: { readonly rows: readonly PanelRow<'routes'>[] }) {
  const most = Math.max(...rows.map((row) => row.flightCount))
  return (
    <FigureTable
      caption="Routes by number of flights, the most flown first"
      rowTitle="Route"
      figureTitles={['Flights', 'Days', 'Delay']}
      wideHead={
        <th scope="col" className="number wide-only">
          Miles
        </th>
      }
    >
      {rows.map((row) => (
        <tr key={`${row.origin}-${row.destination}`}>
          <th scope="row" className="airport">
            <span className="airport-code route">
              {row.origin}
              <Icon name="arrow" />
              <span className="visually-hidden"> to </span>
              {row.destination}
            </span>
            <span className="airport-city">{`${row.originCity ?? row.origin} – ${row.destinationCity ?? row.destination}`}</span>
          </th>
          <BarCell value={row.flightCount} longest={most} text={formatCount(row.flightCount)} />
          <td className="number">{formatCount(row.dayCount)}</td>
          <td className="number">{formatMinutes(row.meanDelayMinutes)}</td>
          <td className="number wide-only">{formatCount(row.meanDistanceMiles)}</td>
        </tr>
      ))}
    </FigureTable>
  )
}
