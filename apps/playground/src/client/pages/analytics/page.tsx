/** Four looks at the same flights, each one expensive query. */
import { useState } from 'react'
import { LiveFigures } from '../../live/live-figures.tsx'
import { Icon } from '../../parts/icon.tsx'
import { RangeToolbar } from '../../range/range-toolbar.tsx'
import { useRange } from '../../range/use-range.ts'
import { messageOf, rpc } from '../../rpc.ts'
import type { PageProps } from '../page-modules.ts'
import { DelaysPanel } from './delays-panel.tsx'
import { HoursPanel } from './hours-panel.tsx'
import { RanksPanel } from './ranks-panel.tsx'
import { RoutesPanel } from './routes-panel.tsx'

export function Page({ days, status, feed }: PageProps) {
  const choice = useRange(days)
  const [turn, setTurn] = useState(0)
  const [complaint, setComplaint] = useState<string>()

  async function refreshAll(): Promise<void> {
    try {
      await rpc.analytics.refresh.mutate({})
      setComplaint(undefined)
      setTurn((count) => count + 1)
    } catch (error) {
      setComplaint(messageOf(error))
    }
  }

  const panel = { range: choice.range, turn, onSettled: feed.ask }
  return (
    <main>
      <RangeToolbar days={days} choice={choice}>
        <button type="button" className="button" onClick={() => void refreshAll()}>
          <Icon name="refresh" />
          Refresh all
        </button>
      </RangeToolbar>
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
