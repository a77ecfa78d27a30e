/** Which airports changed places from day to day. */
import { useMemo } from 'react'
import { Legend } from '../../charts/legend.tsx'
import { Plot } from '../../charts/plot.tsx'
import { PanelCard, type PanelProps } from '../../panels/panel-card.tsx'
import { type PanelRow, rpc } from '../../rpc.ts'
import { airportsOf, rankChart } from './rank-chart.ts'

export function RanksPanel(props: PanelProps) {
  return (
    <PanelCard
      {...props}
      name="ranks"
      path="analytics.ranks"
      procedure={rpc.analytics.ranks}
      tag="analytics.ranks"
      forget={() => rpc.analytics.refresh.mutate({ panel: 'ranks' })}
      title="Top movers"
      explanation="Rank by departures of the six busy airports that moved most, day by day; over more than two months by week. A dip is the weather's."
      heightPx={438}
    >
      {(rows) => <Ranks rows={rows} />}
    </PanelCard>
  )
}

function Ranks({ rows }: { readonly rows: readonly PanelRow<'ranks'>[] }) {
  const content = useMemo(() => rankChart(rows), [rows])
  const airports = airportsOf(rows)
  const lowest = rows.reduce((last, row) => (row.rank > last.rank ? row : last))
  return (
    <>
      <Plot
        content={content}
        heightPx={404}
        summary={`Daily rank of ${airports.map(({ code }) => code).join(', ')}. The lowest is ${lowest.origin} at ${lowest.rank} on ${lowest.day}.`}
      />
      <Legend
        entries={airports.map(({ code, city, best, worst }) => ({
          label: code,
          hint: `${city ?? ''} ${best === worst ? `rank ${best}` : `ranks ${best}–${worst}`}`.trim(),
        }))}
      />
    </>
  )
}
