/** One entry: its value as text, and what can be done to it. */
import { useEffect, useState } from 'react'
import { formatSpan } from '../../format.ts'
import { messageOf, type RpcOutputs, rpc } from '../../rpc.ts'
import type { Row } from './use-listing.ts'

interface EntryCardProps {
  /** Of the list that `row` is of. */
  readonly id: number
  readonly row: Row
  /** Told what was done, when the list shows something that is no longer so. */
  readonly onChanged: (what: string) => void
}

type View = RpcOutputs['inspect']['view']

export function EntryCard({ id, row, onChanged }: EntryCardProps) {
  const [view, setView] = useState<View>()
  const [complaint, setComplaint] = useState<string>()
  const place = { id, at: row.at }

  useEffect(() => {
    setView(undefined)
    rpc.inspect.view.query({ id, at: row.at }).then(setView, (error: unknown) => setComplaint(messageOf(error)))
  }, [id, row.at])

  async function act(what: string, step: () => Promise<unknown>): Promise<void> {
    try {
      await step()
      onChanged(what)
    } catch (error) {
      setComplaint(messageOf(error))
    }
  }

  return (
    <section className="card" aria-labelledby="entry-title">
      <header className="card-head">
        <h2 id="entry-title" className="inspect-title">
          {row.shownKey}
        </h2>
        <div className="card-tools">
          <button
            type="button"
            className="button"
            onClick={() => void act('touched: it has a new life', () => rpc.inspect.touch.mutate(place))}
          >
            Touch
          </button>
          <button
            type="button"
            className="button"
            onClick={() => void act('expired: it is stale now', () => rpc.inspect.expire.mutate(place))}
          >
            Expire
          </button>
          <button
            type="button"
            className="button"
            onClick={() => void act('deleted', () => rpc.inspect.remove.mutate(place))}
          >
            Delete
          </button>
        </div>
        <p>{viewText(view)}</p>
      </header>
      {complaint !== undefined && (
        <p className="banner" role="alert">
          {complaint}
        </p>
      )}
      {view !== undefined && view.outcome !== 'miss' && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre className="inspect-value" tabIndex={0}>
            {view.text}
            {view.isCut ? '\n… cut here' : ''}
          </pre>
        </>
      )}
    </section>
  )
}

function viewText(view: View | undefined): string {
  if (view === undefined) return 'Reading its value.'
  if (view.outcome === 'miss') return `It is gone (${view.reason}): refresh the list.`
  return `${view.outcome}, answered by ${view.tier}, age ${formatSpan(view.ageMs)}. Looking counts as a lookup.`
}
