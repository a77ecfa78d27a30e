/** One small chart per measure, all over the same calls, under one pointer. */
import { useMemo } from 'react'
import { Plot } from '../../charts/plot.tsx'
import { MEASURES } from './figures.ts'
import { type Line, lapChart, STROKES } from './lap-chart.ts'
import type { Comparison } from './use-comparison.ts'

const HEIGHT_PX = 168

interface CompareChartsProps {
  readonly lines: readonly Line[]
  readonly comparison: Comparison
}

export function CompareCharts({ lines, comparison }: CompareChartsProps) {
  return (
    <section className="card" aria-labelledby="charts-title">
      <header className="card-head">
        <h2 id="charts-title">Lap by lap</h2>
        <p>
          One works at a time, in a process of its own; the laps go round. Each begins with a run-up that does not
          count: hits in another small cache, until the processor is awake. The line below each chart is the calls of
          the trace, the same for all.
        </p>
      </header>
      <ul className="legend compare-legend">
        {lines.map(({ name, title }) => (
          <li key={name}>
            <span
              className="compare-stroke"
              style={{
                borderTopColor: `var(--chart-${STROKES[name].colour + 1})`,
                borderTopStyle: STROKES[name].isDashed ? 'dashed' : 'solid',
              }}
            />
            <strong>{title}</strong>
          </li>
        ))}
      </ul>
      <div className="compare-charts">
        {MEASURES.map((measure) => (
          <MeasureChart key={measure.name} measure={measure} lines={lines} comparison={comparison} />
        ))}
      </div>
    </section>
  )
}

function MeasureChart({
  measure,
  lines,
  comparison,
}: CompareChartsProps & { readonly measure: (typeof MEASURES)[number] }) {
  const { laps, wish } = comparison
  const callCount = wish?.workload.callCount ?? 1
  const content = useMemo(() => lapChart(measure, lines, laps, callCount), [measure, lines, laps, callCount])
  const latest = lines.flatMap(({ name, title }) => {
    const lap = laps.get(name)?.at(-1)
    return lap === undefined ? [] : [`${title} ${measure.format(lap[measure.name])}`]
  })
  return (
    <figure>
      <figcaption className="plot-title">
        {measure.title} <span>{measure.hint}</span>
      </figcaption>
      <Plot content={content} heightPx={HEIGHT_PX} summary={`${measure.title}, last lap: ${latest.join(', ')}`} />
    </figure>
  )
}
