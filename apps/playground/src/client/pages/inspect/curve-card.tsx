/** What other sizes of the memory tier would bring, measured while it runs. */
import { useEffect, useMemo, useState } from 'react'
import { PLOT_PADDING, xAxis, yAxis } from '../../charts/axes.ts'
import { Plot, type PlotContent } from '../../charts/plot.tsx'
import { tooltip } from '../../charts/tooltip.ts'
import { formatBytes, formatCount, formatShare } from '../../format.ts'
import { messageOf, type RpcOutputs, rpc } from '../../rpc.ts'

type Curve = RpcOutputs['inspect']['curve']
type Point = NonNullable<Curve['points']>[number]

const HEIGHT_PX = 180
const POLL_MS = 3_000

export function CurveCard() {
  const [curve, setCurve] = useState<Curve>()
  const [complaint, setComplaint] = useState<string>()
  useEffect(() => {
    const ask = (): void => {
      rpc.inspect.curve.query().then(setCurve, (error: unknown) => setComplaint(messageOf(error)))
    }
    ask()
    const timer = window.setInterval(ask, POLL_MS)
    return () => window.clearInterval(timer)
  }, [])
  const points = curve?.points ?? undefined
  const content = useMemo(() => (points === undefined ? undefined : curveChart(points)), [points])
  return (
    <section className="card" aria-labelledby="curve-title">
      <header className="card-head">
        <h2 id="curve-title">How big should memory be?</h2>
        <p>Hit ratio that the memory tier would have at other sizes, from small models of it that run beside it.</p>
      </header>
      <p className="inspect-sentence" role="status">
        {complaint ?? curveSentence(curve)}
      </p>
      {content !== undefined && (
        <Plot content={content} heightPx={HEIGHT_PX} summary={`Hit ratio by size of memory. ${curveSentence(curve)}`} />
      )}
    </section>
  )
}

function curveSentence(curve: Curve | undefined): string {
  if (curve === undefined) return 'Asking.'
  if (curve.points === null)
    return 'The backend in service has no memory tier to measure; Settings can put one in front.'
  const own = curve.points.find(({ scale }) => scale === 1)
  const twice = curve.points.find(({ scale }) => scale === 2)
  if (own === undefined || twice === undefined || curve.lookupCount === 0) return 'Too little has been looked up yet.'
  const points = (twice.hitRatio - own.hitRatio) * 100
  const gain = `${points < 0.05 ? '+0' : `+${points.toFixed(1)}`} points`
  return `Twice the memory would give you ${gain} of hit ratio (${formatShare(own.hitRatio)} now, ${formatCount(curve.lookupCount)} lookups).`
}

function curveChart(points: readonly Point[]): PlotContent {
  const nameOf = (point: Point | undefined): string =>
    point === undefined ? '' : point.maxBytes === undefined ? `× ${point.scale}` : formatBytes(point.maxBytes)
  return {
    columns: [points.map(({ scale }) => Math.log2(scale)), points.map(({ hitRatio }) => hitRatio)],
    optionsFor: (palette) => ({
      padding: [PLOT_PADDING[0] ?? 0, 24, PLOT_PADDING[2] ?? 0, 0],
      scales: { x: { time: false }, y: { range: () => [0, 1] } },
      cursor: { drag: { x: false, y: false }, y: false },
      series: [{}, { stroke: palette.primary, fill: palette.primarySoft, width: 2, points: { show: true, size: 7 } }],
      axes: [
        xAxis(palette, {
          incrs: [1],
          values: (_plot, splits) => splits.map((split) => `× ${2 ** split}`),
        }),
        yAxis(palette, formatShare),
      ],
      plugins: [
        tooltip((index) => ({
          title: nameOf(points[index]),
          lines: [{ label: 'hit ratio', value: formatShare(points[index]?.hitRatio ?? 0), colour: palette.primary }],
        })),
      ],
    }),
  }
}
