/** The chosen range, which is in the page's address, back and forward buttons included. */
import { useMemo } from 'react'
import type { DayRange } from '../../shared/calendar.ts'
import { goTo, useSearch } from '../shell/address.ts'
import { addressOf, type RangeReading, readRange } from './range-in-address.ts'

export interface RangeChoice extends RangeReading {
  readonly choose: (range: DayRange) => void
}

export function useRange(days: DayRange): RangeChoice {
  const search = useSearch()
  const reading = useMemo(() => readRange(search, days), [search, days])
  return { ...reading, choose: (range) => goTo(addressOf(range, days, window.location.pathname)) }
}
