/** The figures of the whole range. They count what has just been completed, too. */
import { formatCount, formatMinutes, formatShare } from '../../format.ts'
import { PanelCard, type PanelProps } from '../../panels/panel-card.tsx'
import { rpc } from '../../rpc.ts'

export function MetricsPanel(props: PanelProps) {
  return (
    <PanelCard
      {...props}
      name="metrics"
      title="Metrics"
      explanation="Over the days chosen above. A flight that is completed now counts to the last of them there is."
      heightPx={180}
      path="dashboard.metrics"
      procedure={rpc.dashboard.metrics}
      tag="dashboard.metrics"
    >
      {(rows) =>
        rows.map((row) => (
          <dl key="all" className="metrics">
            <Metric label="Flights" value={formatCount(row.flightCount)} />
            <Metric label="On time" value={formatShare(row.onTimeShare)} hint="15 minutes late at most" />
            <Metric label="Mean delay" value={`${formatMinutes(row.meanDelayMinutes)} min`} />
            <Metric
              label="Routes"
              value={formatCount(row.routeCount)}
              hint={`from ${formatCount(row.airportCount)} airports`}
            />
          </dl>
        ))
      }
    </PanelCard>
  )
}

function Metric({ label, value, hint }: { readonly label: string; readonly value: string; readonly hint?: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <strong>{value}</strong>
        {hint !== undefined && <span>{hint}</span>}
      </dd>
    </div>
  )
}
