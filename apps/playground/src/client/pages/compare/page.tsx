/** All backends on the same workload, side by side, while it runs. */
import { useEffect, useMemo, useState } from 'react'
import { formatCount, formatShare } from '../../format.ts'
import { PanelFailure, PanelSkeleton } from '../../panels/panel-states.tsx'
import { messageOf, rpc } from '../../rpc.ts'
import './compare.css'
import { CompareCharts } from './compare-charts.tsx'
import { CompareForm } from './compare-form.tsx'
import { ResultsTable } from './results-table.tsx'
import { type CompareWish, type Comparison, type Field, useComparison } from './use-comparison.ts'

export function Page() {
  const [field, setField] = useState<Field>()
  const [complaint, setComplaint] = useState<string>()
  const { comparison, complaint: lineComplaint } = useComparison()
  const { phase, wish, standings } = comparison

  async function ask(what: () => Promise<unknown>): Promise<void> {
    try {
      await what()
      setComplaint(undefined)
    } catch (error) {
      setComplaint(messageOf(error))
    }
  }

  useEffect(() => {
    void ask(async () => setField(await rpc.compare.field.query()))
  }, [])

  const lines = useMemo(
    () => field?.contestants.filter(({ name }) => wish?.contestants.includes(name)) ?? [],
    [field, wish],
  )
  const isRunning = phase === 'recording' || phase === 'running'
  const problem = complaint ?? lineComplaint
  return (
    <main className="compare">
      <section className="card" aria-labelledby="compare-title">
        <header className="card-head">
          <h2 id="compare-title">Which backend?</h2>
          <p>
            The same calls for all: recorded answers of real queries, some asked for far more often than others (Zipf),
            one call in a hundred an invalidation. Every answer is compared with what the source said; who gives a wrong
            one is out.
          </p>
        </header>
        {problem !== undefined && (
          <PanelFailure title="That did not work" complaint={problem} onRetry={() => window.location.reload()} />
        )}
        {field === undefined && problem === undefined && <PanelSkeleton heightPx={160} />}
        {field !== undefined && (
          <CompareForm
            field={field}
            isRunning={isRunning}
            onStart={(wanted: CompareWish) => void ask(() => rpc.compare.start.mutate(wanted))}
            onCancel={() => void ask(() => rpc.compare.cancel.mutate())}
          />
        )}
        <p role="status" className="compare-status">
          {statusText(comparison)}
        </p>
        {isRunning && <progress max={1} value={progressOf(comparison)} aria-label="Progress of the comparison" />}
      </section>
      {wish !== undefined && lines.length > 0 && standings.size > 0 && (
        <>
          <CompareCharts lines={lines} comparison={comparison} />
          <ResultsTable
            wish={wish}
            rows={lines.map(({ name, title }) => ({ title, standing: standings.get(name) ?? { state: 'waiting' } }))}
          />
        </>
      )}
    </main>
  )
}

function statusText({ phase, recordedShare, wish, reason, laps }: Comparison): string {
  switch (phase) {
    case 'none':
      return 'Nothing has been compared yet.'
    case 'recording':
      return `Recording real answers: ${formatShare(recordedShare)}.`
    case 'running': {
      const done = [...laps.values()].reduce((sum, own) => sum + (own.at(-1)?.callCount ?? 0), 0)
      return `Running: ${formatCount(done)} of ${formatCount(allCalls(wish))} calls answered.`
    }
    case 'finished':
      return 'Finished.'
    case 'cancelled':
      return 'Cancelled. Its processes and files are gone.'
    case 'failed':
      return `Failed: ${reason ?? 'the server does not say why'}.`
  }
}

function progressOf({ phase, recordedShare, laps, wish, standings }: Comparison): number {
  if (phase === 'recording') return recordedShare * 0.1
  const full = wish?.workload.callCount ?? 1
  const done = [...standings].reduce((sum, [name, { state }]) => {
    return sum + (state === 'running' ? (laps.get(name)?.at(-1)?.callCount ?? 0) : full)
  }, 0)
  return 0.1 + (done / allCalls(wish)) * 0.9
}

function allCalls(wish: CompareWish | undefined): number {
  return wish === undefined ? 1 : wish.contestants.length * wish.workload.callCount
}
