/** Makes things happen, and shows what has happened: here, in another browser, or before the last restart. */
import { useState } from 'react'
import { useAnswer } from '../../answers/use-answer.ts'
import { formatCount } from '../../format.ts'
import { PanelFailure } from '../../panels/panel-states.tsx'
import { messageOf, type RpcOutputs, rpc } from '../../rpc.ts'

type CompletedFlight = RpcOutputs['dashboard']['completeFlight']

const SHOWN_COUNT = 4

export function EventsCard() {
  const { data, error, refetch } = useAnswer({
    path: 'dashboard.operations',
    procedure: rpc.dashboard.operations,
    input: undefined,
    tags: ['dashboard.metrics'],
  })
  const [said, setSaid] = useState('')
  const [isBusy, setBusy] = useState(false)

  async function cause(event: () => Promise<string>): Promise<void> {
    setBusy(true)
    try {
      setSaid(await event())
    } catch (thrown) {
      setSaid(`Nothing happened. ${messageOf(thrown)}`)
    } finally {
      setBusy(false)
    }
  }

  const completeFlight = async () => `Flight ${wordsFor(await rpc.dashboard.completeFlight.mutate())}.`
  const changePlan = async () => `The plan is at revision ${(await rpc.dashboard.changePlan.mutate()).planRevision}.`
  const startOver = async () => {
    await rpc.dashboard.startOver.mutate()
    return 'As if nothing had happened.'
  }
  const { completed = [], planRevision, plannedFlightCount } = data?.value ?? {}
  return (
    <section className="card card-events" aria-labelledby="events-title">
      <header className="card-head">
        <h2 id="events-title">Events</h2>
        <p>Each makes cached answers wrong. Watch the badges, in this window and in a second one.</p>
      </header>
      <div className="events-buttons">
        <button
          type="button"
          className="button button-main"
          disabled={isBusy}
          onClick={() => void cause(completeFlight)}
        >
          Complete a flight
        </button>
        <button type="button" className="button" disabled={isBusy} onClick={() => void cause(changePlan)}>
          Change the plan
        </button>
        <button
          type="button"
          className="button button-quiet"
          disabled={isBusy || completed.length === 0}
          onClick={() => void cause(startOver)}
        >
          Start over
        </button>
      </div>
      <p className="events-said" role="status">
        {said}
      </p>
      {error !== null && data === undefined && (
        <PanelFailure
          title="The events could not be loaded"
          complaint={messageOf(error)}
          onRetry={() => void refetch()}
        />
      )}
      {planRevision !== undefined && plannedFlightCount !== undefined && (
        <dl className="events-plan">
          <dt>Planned for tomorrow</dt>
          <dd>
            {formatCount(plannedFlightCount)} flights, revision {planRevision}
          </dd>
          <dt>Completed</dt>
          <dd>{completed.length === 0 ? 'none yet' : formatCount(completed.length)}</dd>
        </dl>
      )}
      <ol className="events-list" aria-label="Latest flights">
        {completed
          .slice(-SHOWN_COUNT)
          .reverse()
          .map((flight) => (
            <li key={flight.number}>{wordsFor(flight)}</li>
          ))}
      </ol>
    </section>
  )
}

function wordsFor({ number, origin, destination, delayMinutes }: CompletedFlight): string {
  const late =
    delayMinutes > 0 ? `${delayMinutes} min late` : delayMinutes === 0 ? 'on time' : `${-delayMinutes} min early`
  return `#${number} ${origin} → ${destination}, ${late}`
}
