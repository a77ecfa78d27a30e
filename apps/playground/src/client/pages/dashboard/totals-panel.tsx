/** Flights and mean delay day by day, with the figures of the whole range above. */
import { useMemo } from 'react'
import { Plot } from '../../charts/plot.tsx'
import { formatCount, formatFullDay, formatMinutes } from '../../format.ts'
import { PanelCard, type PanelProps } from '../../panels/panel-card.tsx'
import { type PanelRow, rpc } from '../../rpc.ts'
import { delayChart, flightChart } from './totals-charts.ts'

type Row = PanelRow<'totals'>

export function TotalsPanel(props: PanelProps) {
  return (
    <PanelCard
      {...props}
      name="totals"
      path="dashboard.totals"
      procedure={rpc.dashboard.totals}
      tag="dashboard.metrics"
      title="Every day at a glance"
      explanation="How many flights left on each day, and how late they were on average."
      heightPx={408}
    >
      {(rows) => <Totals rows={rows} />}
    </PanelCard>
  )
}

function Totals({ rows }: { readonly rows: readonly Row[] }) {
  const flights = useMemo(() => flightChart(rows), [rows])
  const delays = useMemo(() => delayChart(rows), [rows])
  const { flightCount, meanDelayMinutes, busiest, latest } = summaryOf(rows)
  const latestText = `${formatMinutes(latest.meanDelayMinutes)} min`
  return (
    <>
      <dl className="summary">
        <Summary
          label="Flights"
          value={formatCount(flightCount)}
          hint={rows.length === 1 ? 'on one day' : `on ${formatCount(rows.length)} days`}
        />
        <Summary label="Mean delay" value={`${formatMinutes(meanDelayMinutes)} min`} hint="over all flights" />
        <Summary
          label="Busiest day"
          value={formatFullDay(busiest.day)}
          hint={`${formatCount(busiest.flightCount)} flights`}
        />
        <Summary label="Most delayed day" value={formatFullDay(latest.day)} hint={`${latestText} on average`} />
      </dl>
      <h3 className="plot-title">Flights</h3>
      <Plot
        content={flights}
        heightPx={144}
        summary={`Flights per day, most on ${busiest.day}: ${busiest.flightCount}`}
      />
      <h3 className="plot-title">Mean delay, minutes</h3>
      <Plot content={delays} heightPx={152} summary={`Mean delay per day, longest on ${latest.day}: ${latestText}`} />
    </>
  )
}

function Summary({ label, value, hint }: { readonly label: string; readonly value: string; readonly hint: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <strong>{value}</strong>
        <span>{hint}</span>
      </dd>
    </div>
  )
}

function summaryOf(rows: readonly Row[]) {
  const flightCount = rows.reduce((sum, row) => sum + row.flightCount, 0)
  const delayMinutes = rows.reduce((sum, row) => sum + row.flightCount * row.meanDelayMinutes, 0)
  return {
    flightCount,
    meanDelayMinutes: delayMinutes / flightCount,
    busiest: rows.reduce((best, row) => (row.flightCount > best.flightCount ? row : best)),
    latest: rows.reduce((worst, row) => (row.meanDelayMinutes > worst.meanDelayMinutes ? row : worst)),
  }
}
