/** What happened on these days at a glance, and what it cost: the live figures of the server beside the totals. */
import { LiveFigures } from '../../live/live-figures.tsx'
import { RangeToolbar } from '../../range/range-toolbar.tsx'
import { useRange } from '../../range/use-range.ts'
import type { PageProps } from '../page-modules.ts'
import { TotalsPanel } from './totals-panel.tsx'

export function Page({ days, status, feed }: PageProps) {
  const choice = useRange(days)
  return (
    <main>
      <RangeToolbar days={days} choice={choice} />
      <LiveFigures status={status} />
      <div className="panels">
        <TotalsPanel range={choice.range} turn={0} onSettled={feed.ask} />
      </div>
    </main>
  )
}
