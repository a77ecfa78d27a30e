/** The colours of the style sheet, for the canvas, which cannot read custom properties by itself. */

export interface Palette {
  readonly axis: string
  readonly grid: string
  readonly surface: string
  /** In order of use; distinguishable to colour-blind readers in both themes. */
  readonly series: readonly string[]
  readonly primary: string
  readonly secondary: string
  /** The filled area under, or band around, a line of the primary colour. */
  readonly primarySoft: string
  readonly secondarySoft: string
}

// Registered as colours in styles/tokens.css: only so does the browser resolve light-dark() for us.
const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name)

export function readPalette(): Palette {
  return {
    axis: colour('--chart-axis'),
    grid: colour('--chart-grid'),
    surface: colour('--chart-surface'),
    series: [1, 2, 3, 4, 5, 6].map((position) => colour(`--chart-${position}`)),
    primary: colour('--chart-1'),
    secondary: colour('--chart-2'),
    primarySoft: colour('--chart-1-soft'),
    secondarySoft: colour('--chart-2-soft'),
  }
}
