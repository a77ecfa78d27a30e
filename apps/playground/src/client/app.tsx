/** The frame of the page. Nothing else can be asked until the server has said which days there are. */
import { useMemo } from 'react'
import { Dashboard } from './dashboard.tsx'
import { formatCount, formatDays } from './format.ts'
import { useStatus } from './live/use-status.ts'
import { PanelFailure, PanelSkeleton } from './panels/panel-states.tsx'
import { ThemeToggle } from './theme/theme-toggle.tsx'

export function App() {
  const feed = useStatus()
  const { status, complaint } = feed
  const { from, to } = status?.days ?? {}
  // One object for the same days: each status brings a new one, and the range depends on it.
  const days = useMemo(() => (from === undefined || to === undefined ? undefined : { from, to }), [from, to])
  return (
    <div className="page">
      <header className="masthead">
        <div className="brand">
          <span className="brand-mark" aria-hidden="true" />
          <div>
            <h1>
              Stowage <span>playground</span>
            </h1>
            {status && (
              <p>
                {formatCount(status.flightCount)} US flights, {formatDays(status.days)}
              </p>
            )}
          </div>
        </div>
        <ThemeToggle />
      </header>
      {status && days && <Dashboard days={days} status={status} feed={feed} />}
      {!status && (
        <main className="card">
          {complaint === undefined ? (
            <PanelSkeleton heightPx={480} />
          ) : (
            <PanelFailure title="The playground could not be loaded" complaint={complaint} onRetry={feed.ask} />
          )}
        </main>
      )}
      <footer className="colophon">
        <p>
          Every panel is one SQL query by DuckDB, kept for an hour in memory and in a sqlite file. Stop the server,
          start it again, and the panels are answered from the file.
        </p>
        <p>
          Flights: Bureau of Transportation Statistics, by way of vega-datasets. The same answers as JSON:{' '}
          <a href="/api/panels">/api/panels</a>
        </p>
      </footer>
    </div>
  )
}
