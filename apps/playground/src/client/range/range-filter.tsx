/** Two days and four presets. A draft that makes no sense is explained beside the fields and never asked for. */
import { useEffect, useId, useState } from 'react'
import { addDays, type DayRange } from '../../shared/calendar.ts'
import { complaintAbout } from './range-in-address.ts'

interface RangeFilterProps {
  /** All the days there are. */
  readonly days: DayRange
  readonly range: DayRange
  readonly onChoose: (range: DayRange) => void
}

const PRESETS = [
  { label: '1 day', dayCount: 1 },
  { label: '7 days', dayCount: 7 },
  { label: '30 days', dayCount: 30 },
  { label: 'All', dayCount: undefined },
] as const

/** The last days there are; all of them when there are fewer. */
function presetRange(days: DayRange, dayCount: number | undefined): DayRange {
  if (dayCount === undefined) return days
  const from = addDays(days.to, 1 - dayCount)
  return { from: from < days.from ? days.from : from, to: days.to }
}

export function RangeFilter({ days, range, onChoose }: RangeFilterProps) {
  const [draft, setDraft] = useState(range)
  const complaintId = useId()
  useEffect(() => setDraft(range), [range])
  const complaint = complaintAbout(draft, days)

  function edit(change: Partial<DayRange>): void {
    const next = { ...draft, ...change }
    setDraft(next)
    if (complaintAbout(next, days) === undefined) onChoose(next)
  }

  return (
    <fieldset className="range">
      <legend className="visually-hidden">Days to look at</legend>
      {(['from', 'to'] as const).map((end) => (
        <label key={end} className="range-end">
          <span>{end === 'from' ? 'From' : 'To'}</span>
          <input
            type="date"
            min={days.from}
            max={days.to}
            value={draft[end]}
            required
            aria-invalid={complaint !== undefined}
            aria-describedby={complaint === undefined ? undefined : complaintId}
            onChange={(event) => edit({ [end]: event.target.value })}
          />
        </label>
      ))}
      <div className="segments">
        {PRESETS.map(({ label, dayCount }) => {
          const preset = presetRange(days, dayCount)
          const pressed = preset.from === range.from && preset.to === range.to
          return (
            <button key={label} type="button" aria-pressed={pressed} onClick={() => onChoose(preset)}>
              {label}
            </button>
          )
        })}
      </div>
      {complaint !== undefined && (
        <p className="range-complaint" id={complaintId} role="alert">
          {complaint}
        </p>
      )}
    </fieldset>
  )
}
