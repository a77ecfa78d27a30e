/** The frame every panel stands in: title, how it was served, its own refresh, and the four states of its content. */
import { type ReactNode, useEffect, useId, useState } from 'react'
import type { DayRange } from '../../shared/calendar.ts'
import { type Procedure, useAnswer } from '../answers/use-answer.ts'
import { Icon } from '../parts/icon.tsx'
import { messageOf, type PanelName, type PanelRow } from '../rpc.ts'
import { PanelEmpty, PanelFailure, PanelSkeleton } from './panel-states.tsx'
import { ServedBadge } from './served-badge.tsx'

/** What the page hands to every panel. */
export interface PanelProps {
  readonly range: DayRange
  readonly onSettled: () => void
}

interface PanelCardProps<Name extends PanelName> extends PanelProps {
  readonly name: Name
  readonly title: string
  readonly explanation: string
  /** About the height of the content, for the time before it is there. */
  readonly heightPx: number
  /** The path of the procedure. */
  readonly path: string
  readonly procedure: Procedure<DayRange, readonly PanelRow<Name>[]>
  /** As the server tags the answer. */
  readonly tag: string
  /** The page's own procedure that forgets this panel's answers; absent where the page has another rule. */
  readonly forget?: () => Promise<unknown>
  readonly children: (rows: readonly PanelRow<Name>[]) => ReactNode
}

export function PanelCard<Name extends PanelName>(props: PanelCardProps<Name>) {
  const { name, title, explanation, heightPx, path, procedure, tag, forget, range, onSettled, children } = props
  const { data, error, isFetching, refetch } = useAnswer({ path, procedure, input: range, tags: [tag] })
  const [refreshComplaint, setRefreshComplaint] = useState<string>()
  const titleId = useId()
  const complaint = refreshComplaint ?? (error === null || isFetching ? undefined : messageOf(error))

  useEffect(() => {
    if (!isFetching) onSettled()
  }, [isFetching, onSettled])

  async function refresh(): Promise<void> {
    try {
      // The server says that its answers are gone, to this page as to all others: nothing has to be asked for here.
      await forget?.()
      setRefreshComplaint(undefined)
    } catch (thrown) {
      setRefreshComplaint(messageOf(thrown))
    }
  }

  function retry(): void {
    setRefreshComplaint(undefined)
    void refetch()
  }

  return (
    <section className={`card card-${name}`} aria-labelledby={titleId} aria-busy={isFetching}>
      <header className="card-head">
        <h2 id={titleId}>{title}</h2>
        <div className="card-tools">
          {isFetching && <span className="badge badge-waiting">asking…</span>}
          {!isFetching && data?.facts && <ServedBadge facts={data.facts} roundTripMs={data.roundTripMs} />}
          <a
            className="icon-button"
            href={`/export/${name}.csv?${new URLSearchParams({ ...range })}`}
            download
            aria-label={`Download ${title} as CSV`}
            title="Download as CSV"
          >
            <Icon name="download" />
          </a>
          {forget !== undefined && (
            <button
              type="button"
              className="icon-button"
              aria-label={`Refresh ${title}`}
              title="Forget the cached answers of this panel and ask the source"
              disabled={isFetching}
              onClick={() => void refresh()}
            >
              <Icon name="refresh" />
            </button>
          )}
        </div>
        <p>{explanation}</p>
      </header>
      {complaint !== undefined && (
        <PanelFailure title="This panel could not be loaded" complaint={complaint} onRetry={retry} />
      )}
      {complaint === undefined && data === undefined && <PanelSkeleton heightPx={heightPx} />}
      {complaint === undefined && data !== undefined && (
        <div className={isFetching ? 'card-content card-content-old' : 'card-content'}>
          {data.value.length === 0 ? <PanelEmpty /> : children(data.value)}
        </div>
      )}
    </section>
  )
}
