/** At which hour flights leave late, over all airports and at the busiest ones. */
import { useMemo } from 'react'
import { Plot } from '../../charts/plot.tsx'
import { formatHour, formatMinutes } from '../../format.ts'
import { PanelCard, type PanelProps } from '../../panels/panel-card.tsx'
import { type PanelRow, rpc } from '../../rpc.ts'
import { hourChart } from './hour-chart.ts'
import { HourGrid } from './hour-grid.tsx'

export function HoursPanel(props: PanelProps) {
  return (
    <PanelCard
      {...props}
      name="hours"
      path="analytics.hours"
      procedure={rpc.analytics.hours}
      tag="analytics.hours"
      forget={() => rpc.analytics.refresh.mutate({ panel: 'hours' })}
      title="Delay by hour"
      explanation="Median minutes late by hour of departure, with the middle half of the flights around it. After midnight leave mostly those that should have left before."
      heightPx={474}
    >
      {(rows) => <Hours rows={rows} />}
    </PanelCard>
  )
}

function Hours({ rows }: { readonly rows: readonly PanelRow<'hours'>[] }) {
  const overall = useMemo(() => rows.filter((row) => row.origin === null), [rows])
  const content = useMemo(() => hourChart(overall), [overall])
  const latest = overall.reduce((worst, row) => (row.medianDelayMinutes > worst.medianDelayMinutes ? row : worst))
  return (
    <>
      <Plot
        content={content}
        heightPx={196}
        summary={`Median delay per hour, longest at ${formatHour(latest.hour)}: ${formatMinutes(latest.medianDelayMinutes)} minutes`}
      />
      <HourGrid rows={rows} />
    </>
  )
}
