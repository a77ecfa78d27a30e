/** How an answer was come by, as it is told in a header beside it: the one thing that pages and server must agree on there. */

export interface AnswerFacts {
  /** `bypassed`: this user's mode keeps the cache out of it. The others are Stowage's own words. */
  readonly outcome: 'hit' | 'stale' | 'loaded' | 'joined' | 'bypassed'
  /** The backend that held it; absent when it was loaded. */
  readonly tier?: string | undefined
  readonly ageMs: number
  readonly ttlLeftMs: number
  readonly loadMs?: number | undefined
}

export const FACTS_HEADER = 'stowage-served'

export function writeFacts(facts: AnswerFacts): string {
  return JSON.stringify(facts)
}

/** @param text what {@link writeFacts} made, as it came over the wire */
export function readFacts(text: string): AnswerFacts {
  const facts: unknown = JSON.parse(text)
  if (!isFacts(facts)) throw new TypeError(`${FACTS_HEADER}: ${text} does not say how an answer was come by`)
  return facts
}

function isFacts(facts: unknown): facts is AnswerFacts {
  return typeof facts === 'object' && facts !== null && 'outcome' in facts && 'ageMs' in facts
}
