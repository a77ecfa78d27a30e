/** How the day goes: the figures, the events that change them, and every day at a glance. */
import { LiveFigures } from '../../live/live-figures.tsx'
import { RefreshRule } from '../../parts/refresh-rule.tsx'
import { RangeToolbar } from '../../range/range-toolbar.tsx'
import { useRange } from '../../range/use-range.ts'
import type { PageProps } from '../page-modules.ts'
import { EventsCard } from './events-card.tsx'
import { MetricsPanel } from './metrics-panel.tsx'
import { TotalsPanel } from './totals-panel.tsx'
import './dashboard.css'

export function Page({ days, status, feed }: PageProps) {
  const { range, ...choice } = useRange(days)
  const panel = { range, onSettled: feed.ask }
  return (
    <main>
      <RangeToolbar days={days} choice={{ range, ...choice }} />
      <RefreshRule icon="bolt" rule="Refreshed by events.">
        A completed flight or a changed plan invalidates <code>dashboard.metrics</code> and <code>analytics.*</code>,
        and every open page asks anew. <code>summary.*</code> stays.
      </RefreshRule>
      <LiveFigures status={status} />
      <div className="panels">
        <MetricsPanel {...panel} />
        <EventsCard />
        <TotalsPanel {...panel} />
      </div>
    </main>
  )
}
