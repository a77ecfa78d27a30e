/** What each has come to, and the same to take along. */
import { useState } from 'react'
import { asMarkdown, MEASURES, type ResultRow, remarkOf, verdictOf } from './figures.ts'
import type { CompareWish } from './use-comparison.ts'

interface ResultsTableProps {
  readonly rows: readonly ResultRow[]
  readonly wish: CompareWish
}

const BADGES = {
  waiting: 'badge-waiting',
  running: 'badge-waiting',
  finished: 'badge-hit',
  stopped: 'badge-stale',
  cancelled: 'badge-stale',
  failed: 'badge-bad',
  disqualified: 'badge-bad',
} as const

export function ResultsTable({ rows, wish }: ResultsTableProps) {
  const [said, setSaid] = useState('')

  async function copy(what: string, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      setSaid(`${what} copied`)
    } catch (error) {
      setSaid(`The browser does not let the page copy: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  const json = (): string => {
    const results = rows.map(({ title, standing }) => ({ cache: title, ...standing }))
    return JSON.stringify({ workload: wish.workload, results }, undefined, 2)
  }

  return (
    <section className="card" aria-labelledby="results-title">
      <header className="card-head">
        <h2 id="results-title">Results</h2>
        <div className="card-tools">
          <button type="button" className="button" onClick={() => void copy('Markdown', asMarkdown(rows))}>
            Copy as Markdown
          </button>
          <button type="button" className="button" onClick={() => void copy('JSON', json())}>
            Copy as JSON
          </button>
        </div>
        <p role="status">
          {said === ''
            ? 'Over all calls of the run, the first, cold ones included. Event-loop delay is that of the middle lap.'
            : said}
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="compare-scroll" tabIndex={0} aria-label="Table of results">
        <table className="table">
          <caption className="visually-hidden">One line per cache, its figures over the whole run</caption>
          <thead>
            <tr>
              <th scope="col">Cache</th>
              {MEASURES.map(({ name, title }) => (
                <th key={name} scope="col" className="number">
                  {title}
                </th>
              ))}
              <th scope="col">Verdict</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ title, standing }) => {
              const verdict = verdictOf(standing)
              return (
                <tr key={title}>
                  <th scope="row" className="compare-name">
                    {title}
                  </th>
                  {MEASURES.map(({ name, format }) => (
                    <td key={name} className="number">
                      {verdict === undefined ? '–' : format(verdict[name])}
                    </td>
                  ))}
                  <td className="compare-remark">
                    <span className={`badge ${BADGES[standing.state]}`}>{remarkOf(standing)}</span>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </section>
    </section>
  )
}
