/** What the cache saves, in figures: how much was asked, and how little of it reached the source. */
import { formatBytes, formatCount, formatShare, formatSpan } from '../format.ts'
import type { ServerStatus } from '../rpc.ts'

interface Figure {
  readonly label: string
  readonly value: string
  readonly hint: string
}

function figuresOf({ requestCount, sourceQueryCount, uptimeMs, cache }: ServerStatus): readonly Figure[] {
  return [
    { label: 'Requests', value: formatCount(requestCount), hint: 'panels asked for' },
    { label: 'Source queries', value: formatCount(sourceQueryCount), hint: 'run by DuckDB' },
    {
      label: 'Hit ratio',
      value: cache.hitRatio === undefined ? '–' : formatShare(cache.hitRatio),
      hint: 'answered from the cache',
    },
    { label: 'Cache file', value: formatBytes(cache.fileBytes), hint: 'survives a restart' },
    { label: 'Server up', value: formatSpan(uptimeMs), hint: 'figures count from its start' },
  ]
}

export function LiveFigures({ status }: { readonly status: ServerStatus }) {
  return (
    <dl className="figures" aria-label="Live figures">
      {figuresOf(status).map(({ label, value, hint }) => (
        <div key={label} className="figure">
          <dt>{label}</dt>
          <dd>
            <strong>{value}</strong>
            <span>{hint}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}
