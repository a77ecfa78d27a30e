/** What the cache saves, in figures: how much was asked, how little of it reached the source, and how quick that was. */
import { formatBytes, formatCount, formatMs, formatShare } from '../format.ts'
import type { ServerStatus } from '../rpc.ts'

interface Figure {
  readonly label: string
  readonly value: string
  readonly hint: string
}

function figuresOf(status: ServerStatus): readonly Figure[] {
  const { requestCount, requestsPerMinute, sourceQueryCount, sourceQueriesPerMinute, p50Ms, p99Ms, cache } = status
  return [
    { label: 'Requests', value: `${formatCount(requestsPerMinute)}/min`, hint: `${formatCount(requestCount)} in all` },
    {
      label: 'Source queries',
      value: `${formatCount(sourceQueriesPerMinute)}/min`,
      hint: `${formatCount(sourceQueryCount)} in all`,
    },
    {
      label: 'Hit ratio',
      value: cache.hitRatio === undefined ? '–' : formatShare(cache.hitRatio),
      hint: 'of the cache in service',
    },
    {
      label: 'Latency p50',
      value: p50Ms === undefined ? '–' : formatMs(p50Ms),
      hint: p99Ms === undefined ? 'in the server' : `p99 ${formatMs(p99Ms)}`,
    },
    { label: 'Event loop p99', value: formatMs(status.loopDelayP99Ms), hint: 'held up' },
    { label: 'Cache holds', value: formatBytes(cache.bytes), hint: `${formatCount(cache.entryCount)} entries` },
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
