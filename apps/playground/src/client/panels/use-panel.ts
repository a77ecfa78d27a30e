/** Asks for one panel whenever the range or the turn changes, and keeps the last answer in sight meanwhile. */
import { useCallback, useEffect, useState } from 'react'
import type { DayRange } from '../../shared/calendar.ts'
import { wireMs } from '../round-trip.ts'
import { messageOf } from '../rpc.ts'

interface PanelState<Answer> {
  readonly phase: 'loading' | 'ready' | 'failed'
  /** The last answer heard; of an earlier range while loading or failed. */
  readonly answer: Answer | undefined
  /** From question to answer. */
  readonly roundTripMs: number
  readonly complaint: string
}

export interface PanelFeed<Answer> {
  readonly state: PanelState<Answer>
  readonly ask: () => void
}

/**
 * @param procedure its path, by which the browser's network side knows the request
 * @param load must stay the same function, or the panel is asked for at every render
 */
export function usePanel<Answer>(
  procedure: string,
  load: (range: DayRange, signal: AbortSignal) => Promise<Answer>,
  range: DayRange,
  turn: number,
  onSettled: () => void,
): PanelFeed<Answer> {
  const [state, setState] = useState<PanelState<Answer>>({
    phase: 'loading',
    answer: undefined,
    roundTripMs: 0,
    complaint: '',
  })
  const [retry, setRetry] = useState(0)
  const { from, to } = range

  // turn and retry are not read here: each step of them asks the same question again.
  useEffect(() => {
    const abort = new AbortController()
    const askedAtMs = performance.now()
    setState((last) => ({ ...last, phase: 'loading' }))
    load({ from, to }, abort.signal)
      .then(
        (answer) => {
          if (abort.signal.aborted) return
          const feltMs = performance.now() - askedAtMs
          const roundTripMs = wireMs(`/trpc/${procedure}`, askedAtMs) ?? feltMs
          setState({ phase: 'ready', answer, roundTripMs, complaint: '' })
        },
        (error: unknown) => {
          if (abort.signal.aborted) return
          setState((last) => ({ ...last, phase: 'failed', complaint: messageOf(error) }))
        },
      )
      .finally(onSettled)
    return () => abort.abort()
  }, [procedure, load, from, to, turn, retry, onSettled])

  return { state, ask: useCallback(() => setRetry((count) => count + 1), []) }
}
