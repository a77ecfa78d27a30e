/** How an answer came about, in words; the colour only repeats them. */
import { formatCount, formatSpan } from '../format.ts'
import type { ServedFacts } from '../rpc.ts'

interface ServedBadgeProps {
  readonly served: ServedFacts
  readonly roundTripMs: number
}

function wordsFor({ outcome, tier, ageMs, loadMs }: ServedFacts): string {
  if (outcome === 'loaded') return loadMs === undefined ? 'loaded' : `loaded in ${formatCount(Math.round(loadMs))} ms`
  if (outcome === 'joined') return 'joined a load'
  return [outcome, tier, `age ${formatSpan(ageMs)}`].filter((word) => word !== undefined).join(' · ')
}

const MEANING = {
  hit: 'Answered from the cache',
  stale: 'Answered from the cache at once, and refreshed behind',
  loaded: 'Not in the cache: the source was asked',
  joined: 'Another request was asking the source already; this one shared its answer',
} as const satisfies Record<ServedFacts['outcome'], string>

export function ServedBadge({ served, roundTripMs }: ServedBadgeProps) {
  return (
    <p className="served" title={MEANING[served.outcome]}>
      <span className={`badge badge-${served.outcome}`}>
        <span className="visually-hidden">Served: </span>
        {wordsFor(served)}
      </span>
      <span className="served-trip">
        <span className="visually-hidden">Round trip: </span>
        {formatCount(Math.max(1, Math.round(roundTripMs)))} ms
      </span>
    </p>
  )
}
