/** How an answer came about, in words; the colour only repeats them. */
import type { AnswerFacts } from '../../shared/answer-facts.ts'
import { formatCount, formatSpan } from '../format.ts'

interface ServedBadgeProps {
  readonly facts: AnswerFacts
  readonly roundTripMs: number
}

function wordsFor({ outcome, tier, ageMs, loadMs }: AnswerFacts): string {
  const took = loadMs === undefined ? '' : ` ${formatCount(Math.round(loadMs))} ms`
  if (outcome === 'loaded') return took === '' ? 'loaded' : `loaded in${took}`
  if (outcome === 'bypassed') return `no cache ·${took}`
  if (outcome === 'joined') return 'joined a load'
  return [outcome, tier, `age ${formatSpan(ageMs)}`].filter((word) => word !== undefined).join(' · ')
}

const MEANING = {
  hit: 'Answered from the cache',
  stale: 'Answered from the cache at once, and refreshed behind',
  loaded: 'Not in the cache: the source was asked',
  joined: 'Another request was asking the source already; this one shared its answer',
  bypassed: 'Your mode is “disabled”: the source is asked every time',
} as const satisfies Record<AnswerFacts['outcome'], string>

export function ServedBadge({ facts, roundTripMs }: ServedBadgeProps) {
  return (
    <p className="served" title={MEANING[facts.outcome]}>
      <span className={`badge badge-${facts.outcome}`}>
        <span className="visually-hidden">Served: </span>
        {wordsFor(facts)}
      </span>
      <span className="served-trip">
        <span className="visually-hidden">Round trip: </span>
        {formatCount(Math.max(1, Math.round(roundTripMs)))} ms
      </span>
    </p>
  )
}
