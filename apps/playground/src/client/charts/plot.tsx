/**
 * uPlot as a React component: made anew when its content or the theme changes, resized with its frame.
 *
 * The canvas says nothing to a screen reader: `summary` is what the chart shows, in a sentence.
 */
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useTheme } from '../theme/theme-choice.ts'
import { type Palette, readPalette } from './palette.ts'

export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>

export interface PlotContent {
  readonly columns: uPlot.AlignedData
  readonly optionsFor: (palette: Palette) => PlotOptions
}

interface PlotProps {
  readonly summary: string
  readonly heightPx: number
  /** Must stay the same object while nothing in it changes. */
  readonly content: PlotContent
}

export function Plot({ summary, heightPx, content }: PlotProps) {
  const frame = useRef<HTMLDivElement>(null)
  const theme = useTheme()

  // The palette is read from the document, which follows the theme: a new theme draws anew.
  useEffect(() => {
    const element = frame.current
    if (element === null) return
    const options = content.optionsFor(readPalette())
    const size = { width: Math.max(1, element.clientWidth), height: heightPx }
    const plot = new uPlot({ legend: { show: false }, ...options, ...size }, content.columns, element)
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: Math.max(1, element.clientWidth), height: heightPx }),
    )
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.destroy()
    }
  }, [content, heightPx, theme])

  return <div ref={frame} className="plot" style={{ height: heightPx }} role="img" aria-label={summary} />
}
