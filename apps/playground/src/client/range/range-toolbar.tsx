/** The days a page is about, what was wrong with the address they came from, and beside them what else the page offers. */
import type { ReactNode } from 'react'
import type { DayRange } from '../../shared/calendar.ts'
import { RangeFilter } from './range-filter.tsx'
import type { RangeChoice } from './use-range.ts'

interface RangeToolbarProps {
  readonly days: DayRange
  readonly choice: RangeChoice
  readonly children?: ReactNode
}

export function RangeToolbar({ days, choice: { range, complaint, choose }, children }: RangeToolbarProps) {
  return (
    <>
      <div className="toolbar">
        <RangeFilter days={days} range={range} onChoose={choose} />
        {children}
      </div>
      {complaint !== undefined && (
        <p className="banner">{`This address could not be followed: ${complaint} Showing all days.`}</p>
      )}
    </>
  )
}
