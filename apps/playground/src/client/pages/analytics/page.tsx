/** Four looks at the same flights, each one expensive query, kept for an hour. */
import { useState } from 'react'
import { formatSpan } from '../../format.ts'
import { LiveFigures } from '../../live/live-figures.tsx'
import { Icon } from '../../parts/icon.tsx'
import { RefreshRule } from '../../parts/refresh-rule.tsx'
import { RangeToolbar } from '../../range/range-toolbar.tsx'
import { useRange } from '../../range/use-range.ts'
import { messageOf, rpc } from '../../rpc.ts'
import type { PageProps } from '../page-modules.ts'
import { DelaysPanel } from './delays-panel.tsx'
import { HoursPanel } from './hours-panel.tsx'
import { RanksPanel } from './ranks-panel.tsx'
import { RoutesPanel } from './routes-panel.tsx'

const MINUTE_MS = 60_000

export function Page({ days, status, feed }: PageProps) {
  const choice = useRange(days)
  const [complaint, setComplaint] = useState<string>()

  async function refreshAll(): Promise<void> {
    try {
      await rpc.analytics.refresh.mutate({})
      setComplaint(undefined)
    } catch (error) {
      setComplaint(messageOf(error))
    }
  }

  const panel = { range: choice.range, onSettled: feed.ask }
  const refresh = (
    <button type="button" className="button" onClick={() => void refreshAll()}>
      <Icon name="refresh" />
      Refresh all
    </button>
  )
  return (
    <main>
      <RangeToolbar days={days} choice={choice} />
      <RefreshRule
        icon="clock"
        rule={`Kept for ${formatSpan(status.cache.choice.ttlMinutes * MINUTE_MS)}.`}
        action={refresh}
      >
        After that an answer is served stale once more, while one query refreshes it behind. An event or a refresh drops
        it at once.
      </RefreshRule>
      {complaint !== undefined && <p className="banner" role="alert">{`Nothing was refreshed. ${complaint}`}</p>}
      <LiveFigures status={status} />
      <div className="panels">
        <DelaysPanel {...panel} />
        <HoursPanel {...panel} />
        <RanksPanel {...panel} />
        <RoutesPanel {...panel} />
      </div>
    </main>
  )
}
