/** Two days and four presets. A draft that makes no sense is explained beside the fields and never asked for. */
import { useEffect, useId, useState } from 'react'
import type { DayRange } from '../../shared/calendar.ts'
import { PRESETS, presetRange } from '../../shared/presets.ts'
import { complaintAbout } from './range-in-address.ts'

interface RangeFilterProps {
  /** All the days there are. */
  readonly days: DayRange
  readonly range: DayRange
  readonly onChoose: (range: DayRange) => void
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
        {PRESETS.map((preset) => {
          const { from, to } = presetRange(days, preset)
          const pressed = from === range.from && to === range.to
          return (
            <button key={preset.label} type="button" aria-pressed={pressed} onClick={() => onChoose({ from, to })}>
              {preset.label}
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
