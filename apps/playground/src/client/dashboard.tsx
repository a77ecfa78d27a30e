/** The one page: what is asked (days), what it cost (live figures), and the five panels. */
import { useCallback, useState } from 'react'
import type { DayRange } from '../shared/calendar.ts'
import { LiveFigures } from './live/live-figures.tsx'
import type { StatusFeed } from './live/use-status.ts'
import { DelaysPanel } from './panels/delays-panel.tsx'
import { HoursPanel } from './panels/hours-panel.tsx'
import { RanksPanel } from './panels/ranks-panel.tsx'
import { RoutesPanel } from './panels/routes-panel.tsx'
import { TotalsPanel } from './panels/totals-panel.tsx'
import { Icon } from './parts/icon.tsx'
import { RangeFilter } from './range/range-filter.tsx'
import { useRange } from './range/use-range.ts'
import { messageOf, rpc, type ServerStatus } from './rpc.ts'

interface DashboardProps {
  readonly days: DayRange
  readonly status: ServerStatus
  readonly feed: StatusFeed
}

export function Dashboard({ days, status, feed }: DashboardProps) {
  const { range, complaint, choose } = useRange(days)
  const [turn, setTurn] = useState(0)
  const [refreshComplaint, setRefreshComplaint] = useState<string>()

  const refreshAll = useCallback(async () => {
    try {
      await rpc.panels.refresh.mutate({})
      setRefreshComplaint(undefined)
      setTurn((count) => count + 1)
    } catch (error) {
      setRefreshComplaint(messageOf(error))
    }
  }, [])

  function chooseDays(chosen: DayRange): void {
    setRefreshComplaint(undefined)
    choose(chosen)
  }

  const panel = { range, turn, onSettled: feed.ask }
  return (
    <main>
      <div className="toolbar">
        <RangeFilter days={days} range={range} onChoose={chooseDays} />
        <button type="button" className="button" onClick={() => void refreshAll()}>
          <Icon name="refresh" />
          Refresh all
        </button>
      </div>
      {complaint !== undefined && (
        <p className="banner">{`This address could not be followed: ${complaint} Showing all days.`}</p>
      )}
      {refreshComplaint !== undefined && (
        <p className="banner" role="alert">{`Nothing was refreshed. ${refreshComplaint}`}</p>
      )}
      {feed.complaint !== undefined && (
        <p className="banner" role="alert">{`${feed.complaint} Figures are the last ones heard.`}</p>
      )}
      <LiveFigures status={status} />
      <div className="panels">
        <TotalsPanel {...panel} />
        <DelaysPanel {...panel} />
        <HoursPanel {...panel} />
        <RanksPanel {...panel} />
        <RoutesPanel {...panel} />
      </div>
    </main>
  )
}
