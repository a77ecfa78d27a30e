/** Median delay by airport and hour as a grid of tints: a table whose numbers are read out and shown under the pointer. */
import { formatCount, formatHour, formatMinutes, formatWholeMinutes } from '../../format.ts'
import type { PanelRow } from '../../rpc.ts'
import { HOURS_OF_FLYING } from './flying-day.ts'

type Row = PanelRow<'hours'>

/** Delays from here on get the full tint; the median of a good hour is below zero. */
const FULL_TINT_MINUTES = 30
const NO_TINT_MINUTES = -8

export function HourGrid({ rows }: { readonly rows: readonly Row[] }) {
  const origins = [...new Set(rows.flatMap((row) => (row.origin === null ? [] : [row.origin])))]
  const cells = new Map(rows.map((row) => [`${row.origin} ${row.hour}`, row]))
  return (
    <>
      <table className="grid">
        <caption className="plot-title">The ten busiest airports</caption>
        <colgroup>
          <col className="grid-airport" />
          <col span={24} />
        </colgroup>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">Origin</th>
            {HOURS_OF_FLYING.map((hour) => (
              <th key={hour} scope="col">
                {formatHour(hour)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {origins.map((origin) => (
            <tr key={origin}>
              <th scope="row">{origin}</th>
              {HOURS_OF_FLYING.map((hour) => (
                <GridCell key={hour} hour={hour} origin={origin} row={cells.get(`${origin} ${hour}`)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="grid-key">
        <span>≤ {formatWholeMinutes(NO_TINT_MINUTES)} min</span>
        <span className="grid-scale" aria-hidden="true" />
        <span>≥ {formatWholeMinutes(FULL_TINT_MINUTES)} min</span>
      </p>
    </>
  )
}

function GridCell({
  origin,
  hour,
  row,
}: {
  readonly origin: string
  readonly hour: number
  readonly row: Row | undefined
}) {
  if (row === undefined) return <td title={`${origin} ${formatHour(hour)}: no flights`} />
  const share = (row.medianDelayMinutes - NO_TINT_MINUTES) / (FULL_TINT_MINUTES - NO_TINT_MINUTES)
  const tint = Math.round(Math.max(0.04, Math.min(1, share)) * 100)
  const text = `${formatMinutes(row.medianDelayMinutes)} min`
  return (
    <td
      title={`${origin} ${formatHour(hour)}: ${text}, ${formatCount(row.flightCount)} flights`}
      style={{ background: `color-mix(in oklab, var(--heat) ${tint}%, var(--heat-none))` }}
    >
      <span className="visually-hidden">{text}</span>
    </td>
  )
}
