/** Which colour is which series. */

interface LegendProps {
  readonly entries: readonly { readonly label: string; readonly hint: string }[]
}

/** The entries take the chart colours in order. */
export function Legend({ entries }: LegendProps) {
  return (
    <ul className="legend">
      {entries.map(({ label, hint }, position) => (
        <li key={label}>
          <span className="legend-swatch" style={{ background: `var(--chart-${position + 1})` }} />
          <strong>{label}</strong>
          <span>{hint}</span>
        </li>
      ))}
    </ul>
  )
}
