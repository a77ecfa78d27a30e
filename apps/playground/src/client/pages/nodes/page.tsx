/** Several servers on one store: what each holds near, and an invalidation crossing from one to the others. */
import { useCallback, useEffect, useState } from 'react'
import { formatCount } from '../../format.ts'
import { PanelSkeleton } from '../../panels/panel-states.tsx'
import { messageOf, type RpcOutputs, rpc } from '../../rpc.ts'
import '../compare/compare.css'
import './nodes.css'

type All = RpcOutputs['nodes']['all']
type Crossing = RpcOutputs['nodes']['invalidateAt'][number]

const POLL_MS = 1_000

export function Page() {
  const [all, setAll] = useState<All>()
  const [complaint, setComplaint] = useState<string>()
  /** Of the looks that go on by themselves: gone as soon as one is answered. */
  const [silence, setSilence] = useState<string>()
  const [said, setSaid] = useState('')
  const [crossings, setCrossings] = useState<readonly Crossing[]>([])
  const [isBusy, setIsBusy] = useState(false)

  const ask = useCallback(async () => {
    try {
      setAll(await rpc.nodes.all.query())
      setSilence(undefined)
    } catch (error) {
      setSilence(messageOf(error))
    }
  }, [])
  useEffect(() => {
    void ask()
    const timer = window.setInterval(() => void ask(), POLL_MS)
    return () => window.clearInterval(timer)
  }, [ask])

  async function act(step: () => Promise<void>): Promise<void> {
    setIsBusy(true)
    setComplaint(undefined)
    try {
      await step()
    } catch (error) {
      setComplaint(messageOf(error))
    }
    await ask()
    setIsBusy(false)
  }

  const askAt = (name: string) =>
    act(async () => {
      const answers = await rpc.nodes.askAt.mutate({ name })
      setCrossings([])
      setSaid(`${name} was asked: ${outcomesOf(answers)}.`)
    })
  const invalidateAt = (name: string) =>
    act(async () => {
      setCrossings(await rpc.nodes.invalidateAt.mutate({ name }))
      setSaid(`Invalidated at ${name}. No longer served, counted from its acknowledgement:`)
    })

  return (
    <main className="compare">
      <section className="card" aria-labelledby="nodes-title">
        <header className="card-head">
          <h2 id="nodes-title">Nodes</h2>
          <p>
            Servers like this one, each with a memory tier of its own in front of the same store. What one invalidates
            the others forget, told by the bus and not by this page.
          </p>
        </header>
        {(complaint ?? silence) !== undefined && (
          <p className="banner" role="alert">
            {complaint ?? silence}
          </p>
        )}
        {all === undefined && silence === undefined && <PanelSkeleton heightPx={200} />}
        {all?.nodes.length === 1 && (
          <p className="nodes-alone">
            This server is alone. Start three with <code>npx --yes pnpm@12.21.0 demo --nodes 3</code>
          </p>
        )}
        {all !== undefined && !all.backend.includes('+') && (
          <p className="banner">{`The backend in service, ${all.backend}, has no near tier; Settings can put memory in front.`}</p>
        )}
        {all !== undefined && backendsOf(all).length > 1 && (
          <p className="banner" role="status">
            {`The nodes are not on the same store: ${backendsOf(all).join('; ')}. What one invalidates, those on another do not hear of.`}
          </p>
        )}
        {all !== undefined && <NodeTable all={all} isBusy={isBusy} onAsk={askAt} onInvalidate={invalidateAt} />}
        <div role="status" className="nodes-said">
          <p>{said}</p>
          <ul>
            {crossings.map((crossing) => (
              <li key={crossing.name}>{crossingText(crossing)}</li>
            ))}
          </ul>
        </div>
      </section>
    </main>
  )
}

interface NodeTableProps {
  readonly all: All
  readonly isBusy: boolean
  readonly onAsk: (name: string) => Promise<void>
  readonly onInvalidate: (name: string) => Promise<void>
}

function NodeTable({ all, isBusy, onAsk, onInvalidate }: NodeTableProps) {
  const keys = all.nodes[0]?.view?.near.map(({ key }) => key) ?? []
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="compare-scroll" tabIndex={0} aria-label="Table of nodes">
      <table className="table nodes-table">
        <caption className="visually-hidden">What each node holds near, entry by entry</caption>
        <thead>
          <tr>
            <th scope="col">Entry</th>
            {all.nodes.map(({ name, address, view }) => (
              <th key={name} scope="col">
                <strong>{name}</strong>
                <span>{view === null ? 'does not answer' : `process ${view.processId}`}</span>
                <span>{address ?? 'the server of this page'}</span>
                {view !== null && <span>{`on ${view.backend.replaceAll('+', ' + ')}`}</span>}
                <span>{view === null ? '' : hitsText(view.hits)}</span>
                <span className="nodes-buttons">
                  <button
                    type="button"
                    className="button"
                    aria-label={`Ask ${name}`}
                    disabled={isBusy}
                    onClick={() => void onAsk(name)}
                  >
                    Ask
                  </button>
                  <button
                    type="button"
                    className="button"
                    aria-label={`Invalidate at ${name}`}
                    disabled={isBusy}
                    onClick={() => void onInvalidate(name)}
                  >
                    Invalidate
                  </button>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {keys.map((key, at) => (
            <tr key={key}>
              <th scope="row">{key}</th>
              {all.nodes.map(({ name, view }) => {
                const entry = view?.near[at]?.entry ?? null
                return (
                  <td key={name}>
                    {view === null ? (
                      '–'
                    ) : entry === null ? (
                      <span className="badge badge-waiting">asks the store first</span>
                    ) : (
                      <span className="badge badge-hit">{`near · loaded by ${entry.loadedBy}`}</span>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** Each backend that is in service somewhere, with where. */
function backendsOf({ nodes }: All): readonly string[] {
  const places = new Map<string, string[]>()
  for (const { name, view } of nodes) {
    if (view !== null) places.set(view.backend, [...(places.get(view.backend) ?? []), name])
  }
  return [...places].map(([backend, names]) => `${names.join(' and ')} on ${backend.replaceAll('+', ' + ')}`)
}

function hitsText(hits: Readonly<Record<string, number>>): string {
  const told = Object.entries(hits).filter(([, count]) => count > 0)
  return told.length === 0
    ? 'no hits yet'
    : told.map(([tier, count]) => `${tier} ${formatCount(count)} hits`).join(', ')
}

function outcomesOf(answers: RpcOutputs['nodes']['askAt']): string {
  const counts = new Map<string, number>()
  for (const { outcome, tier } of answers) {
    const words = tier === null ? outcome : `${outcome} · ${tier}`
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  return [...counts].map(([words, count]) => `${count} × ${words}`).join(', ')
}

function crossingText({ name, forgotMs, servedCount }: Crossing): string {
  if (servedCount === null) return `${name}: does not answer`
  if (servedCount === 0) return `${name}: served none of them before`
  if (forgotMs === null) return `${name}: still served after 3 s`
  return `${name}: after ${formatCount(Math.max(1, Math.round(forgotMs)))} ms (${servedCount} entries)`
}
