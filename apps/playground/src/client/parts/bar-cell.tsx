/** A number with a bar as long as its share of the column's longest. The number stands by itself; the bar repeats it. */

interface BarCellProps {
  readonly value: number
  readonly longest: number
  readonly text: string
}

export function BarCell({ value, longest, text }: BarCellProps) {
  const share = longest > 0 ? Math.max(0, value) / longest : 0
  return (
    <td className="number bar-cell">
      <span className="bar-frame">
        <span className="bar" aria-hidden="true">
          <span className="bar-fill" style={{ width: `${share * 100}%` }} />
        </span>
        <span className="bar-text">{text}</span>
      </span>
    </td>
  )
}
