/** Break a backend, and watch whether the promises hold. */
import { formatSpan } from '../../format.ts'
import { PanelSkeleton } from '../../panels/panel-states.tsx'
import { rpc } from '../../rpc.ts'
import '../compare/compare.css'
import { FaultButtons } from './fault-buttons.tsx'
import './faults.css'
import { promisesOf } from './promises.ts'
import { type FaultsFeed, type Ground, useFaults } from './use-faults.ts'

const STORES = [
  { name: 'sqlite', label: 'memory + sqlite' },
  { name: 'fs', label: 'memory + fs' },
  { name: 'redis', label: 'memory + redis' },
] as const

export function Page() {
  const feed = useFaults()
  const { state, complaint, doing, act } = feed
  const ground = state?.ground ?? undefined
  return (
    <main className="compare">
      <section className="card" aria-labelledby="faults-title">
        <header className="card-head">
          <h2 id="faults-title">Break it</h2>
          <p>
            Two processes on one store of 8 MB, in a folder of its own; requests and invalidations go on while you break
            what is under them. It stops by itself after 15 minutes.
          </p>
        </header>
        {complaint !== undefined && (
          <p className="banner" role="alert">
            {complaint}
          </p>
        )}
        {state === undefined && complaint === undefined && <PanelSkeleton heightPx={90} />}
        {state !== undefined && <Starter feed={feed} />}
        {typeof state?.redisReason === 'string' && (
          <p className="compare-hint">{`Without Redis: ${state.redisReason}.`}</p>
        )}
        <p role="status" className="compare-status">
          {doing !== undefined ? `${doing}…` : ground === undefined ? 'Nothing is running.' : runningText(ground)}
        </p>
        {ground !== undefined && (
          <FaultButtons
            ground={ground}
            isBusy={doing !== undefined}
            onFault={(name, label) => act(label, () => rpc.faults.do.mutate({ name }))}
          />
        )}
      </section>
      {ground !== undefined && <Promises ground={ground} />}
      {ground !== undefined && ground.done.length > 0 && <Done ground={ground} />}
    </main>
  )
}

function Starter({ feed: { state, doing, act } }: { readonly feed: FaultsFeed }) {
  const ground = state?.ground ?? undefined
  return (
    <div className="faults-buttons">
      {STORES.map(({ name, label }) => (
        <button
          key={name}
          type="button"
          className="button"
          aria-pressed={ground?.store === name}
          disabled={doing !== undefined || (name === 'redis' && typeof state?.redisReason === 'string')}
          onClick={() => act(`Starting ${label}`, () => rpc.faults.start.mutate({ store: name }))}
        >
          {ground?.store === name ? `Start ${label} anew` : `Start ${label}`}
        </button>
      ))}
      {ground !== undefined && (
        <button
          type="button"
          className="button"
          disabled={doing !== undefined}
          onClick={() => act('Stopping', () => rpc.faults.stop.mutate())}
        >
          Stop
        </button>
      )}
    </div>
  )
}

function Promises({ ground }: { readonly ground: Ground }) {
  return (
    <section className="card" aria-labelledby="promises-title">
      <header className="card-head">
        <h2 id="promises-title">The promises</h2>
        <p>Counted since the start, by a prober that knows what the source can have said.</p>
      </header>
      <table className="table faults-promises">
        <caption className="visually-hidden">Each promise, what was looked at, and what was found</caption>
        <thead>
          <tr>
            <th scope="col">Promise</th>
            <th scope="col" className="wide-only">
              Looked at
            </th>
            <th scope="col">Found</th>
          </tr>
        </thead>
        <tbody>
          {promisesOf(ground).map(({ name, promise, looked, isKept, verdict }) => (
            <tr key={`${name} ${promise}`}>
              <th scope="row">
                <strong>{name}</strong> {promise}
              </th>
              <td className="wide-only">{looked}</td>
              <td>
                <span
                  className={`badge ${isKept === undefined ? 'badge-waiting' : isKept ? 'badge-hit' : 'badge-bad'}`}
                >
                  {verdict}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Done({ ground }: { readonly ground: Ground }) {
  return (
    <section className="card" aria-labelledby="done-title">
      <header className="card-head">
        <h2 id="done-title">What was done</h2>
      </header>
      <ol className="faults-done" aria-live="polite">
        {ground.done.map(({ name, words, atMs }) => (
          <li key={`${name} ${atMs}`}>
            <span>{formatSpan(atMs)}</span> {words}
          </li>
        ))}
      </ol>
    </section>
  )
}

function runningText({ store, upMs, underWayCount }: Ground): string {
  return `Running on memory + ${store} for ${formatSpan(upMs)}, ${underWayCount} requests under way.`
}
