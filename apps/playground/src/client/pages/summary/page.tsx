/** The report of the day: all flights by month and by day of the week, made once and then left alone. */
import { formatClock, formatLeft } from '../../format.ts'
import { LiveFigures } from '../../live/live-figures.tsx'
import { RefreshRule } from '../../parts/refresh-rule.tsx'
import type { PageProps } from '../page-modules.ts'
import { MonthsPanel } from './months-panel.tsx'
import { WeekdaysPanel } from './weekdays-panel.tsx'

export function Page({ days, status, feed }: PageProps) {
  const panel = { range: days, onSettled: feed.ask }
  const { summaryEndsAtMs, nowMs, timeZone } = status
  return (
    <main>
      <RefreshRule icon="moon" rule="Once a day.">
        Made by the first request after midnight ({timeZone}), and the same for everybody until the next one, in{' '}
        {formatLeft(summaryEndsAtMs - nowMs)}. It is {formatClock(nowMs, timeZone)} there. Events leave it alone.
      </RefreshRule>
      <LiveFigures status={status} />
      <div className="panels">
        <MonthsPanel {...panel} />
        <WeekdaysPanel {...panel} />
      </div>
    </main>
  )
}
