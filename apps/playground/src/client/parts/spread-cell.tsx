/** The spread of delays on the column's one scale: thick from p50 to p90, thin on to p99, a tick at the mean. */

interface SpreadCellProps {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly mean: number
  /** The ends of the scale, the same for all rows. */
  readonly least: number
  readonly most: number
}

/** Not read out: the figures stand in the cells beside it. */
export function SpreadCell({ p50, p90, p99, mean, least, most }: SpreadCellProps) {
  const at = (minutes: number): string => `${((minutes - least) / Math.max(1, most - least)) * 100}%`
  const between = (start: number, end: number) => ({ left: at(start), right: `calc(100% - ${at(end)})` })
  return (
    <td className="spread-cell wide-only">
      <span className="spread" aria-hidden="true">
        <span className="spread-part spread-tail" style={between(p90, p99)} />
        <span className="spread-part spread-most" style={between(p50, p90)} />
        <span className="spread-part spread-mean" style={{ left: at(mean) }} />
      </span>
    </td>
  )
}
