/** The frame every panel stands in: title, how it was served, its own refresh, and the four states of its content. */
import { type ReactNode, useId, useState } from 'react'
import type { DayRange } from '../../shared/calendar.ts'
import { Icon } from '../parts/icon.tsx'
import { messageOf, type PanelName, type PanelRow, type ServedFacts } from '../rpc.ts'
import { PanelEmpty, PanelFailure, PanelSkeleton } from './panel-states.tsx'
import { ServedBadge } from './served-badge.tsx'
import { usePanel } from './use-panel.ts'

/** What the page hands to every panel. */
export interface PanelProps {
  readonly range: DayRange
  /** Counts up when all panels are to be asked for again. */
  readonly turn: number
  readonly onSettled: () => void
}

interface PanelCardProps<Name extends PanelName> extends PanelProps {
  readonly name: Name
  /** The path of the procedure that `load` calls. */
  readonly procedure: string
  /** The page's own procedure that forgets this panel's answers. */
  readonly forget: () => Promise<unknown>
  readonly title: string
  readonly explanation: string
  /** About the height of the content, for the time before it is there. */
  readonly heightPx: number
  /** Must stay the same function between renders. */
  readonly load: (range: DayRange, signal: AbortSignal) => Promise<PanelReply<Name>>
  readonly children: (rows: readonly PanelRow<Name>[]) => ReactNode
}

interface PanelReply<Name extends PanelName> {
  readonly rows: readonly PanelRow<Name>[]
  readonly served: ServedFacts
}

export function PanelCard<Name extends PanelName>(props: PanelCardProps<Name>) {
  const { name, procedure, forget, title, explanation, heightPx, load, range, turn, onSettled, children } = props
  const { state, ask } = usePanel(procedure, load, range, turn, onSettled)
  const [refreshComplaint, setRefreshComplaint] = useState<string>()
  const titleId = useId()
  const { phase, answer, roundTripMs } = state
  const complaint = refreshComplaint ?? (phase === 'failed' ? state.complaint : undefined)

  async function refresh(): Promise<void> {
    try {
      await forget()
      setRefreshComplaint(undefined)
      ask()
    } catch (error) {
      setRefreshComplaint(messageOf(error))
    }
  }

  function retry(): void {
    setRefreshComplaint(undefined)
    ask()
  }

  return (
    <section className={`card card-${name}`} aria-labelledby={titleId} aria-busy={phase === 'loading'}>
      <header className="card-head">
        <h2 id={titleId}>{title}</h2>
        <div className="card-tools">
          {phase === 'loading' && <span className="badge badge-waiting">asking…</span>}
          {phase === 'ready' && answer && <ServedBadge served={answer.served} roundTripMs={roundTripMs} />}
          <button
            type="button"
            className="icon-button"
            aria-label={`Refresh ${title}`}
            title="Forget the cached answers of this panel and ask the source"
            disabled={phase === 'loading'}
            onClick={() => void refresh()}
          >
            <Icon name="refresh" />
          </button>
        </div>
        <p>{explanation}</p>
      </header>
      {complaint !== undefined && (
        <PanelFailure title="This panel could not be loaded" complaint={complaint} onRetry={retry} />
      )}
      {complaint === undefined && answer === undefined && <PanelSkeleton heightPx={heightPx} />}
      {complaint === undefined && answer !== undefined && (
        <div className={phase === 'loading' ? 'card-content card-content-old' : 'card-content'}>
          {answer.rows.length === 0 ? <PanelEmpty /> : children(answer.rows)}
        </div>
      )}
    </section>
  )
}
