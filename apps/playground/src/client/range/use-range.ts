/** The chosen range, kept in step with the page's address, back and forward buttons included. */
import { useEffect, useState } from 'react'
import type { DayRange } from '../../shared/calendar.ts'
import { addressOf, type RangeReading, readRange } from './range-in-address.ts'

export interface RangeChoice extends RangeReading {
  readonly choose: (range: DayRange) => void
}

export function useRange(days: DayRange): RangeChoice {
  const [reading, setReading] = useState(() => readRange(window.location.search, days))
  useEffect(() => {
    const follow = (): void => setReading(readRange(window.location.search, days))
    window.addEventListener('popstate', follow)
    return () => window.removeEventListener('popstate', follow)
  }, [days])
  return {
    ...reading,
    choose(range) {
      window.history.pushState(undefined, '', addressOf(range, days, window.location.pathname))
      setReading({ range, complaint: undefined })
    },
  }
}
