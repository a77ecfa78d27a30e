/** What changes while one watches: on a terminal a few lines that stay where they are, elsewhere one line for each look. */
import { bytesText, countText, entriesText, spanText } from './amounts.ts'
import { rowCount } from './row-count.ts'
import { harmless, shown, table, write, writeLine } from './terminal.ts'

export interface Look {
  readonly atMs: number
  readonly entryCount: number
  readonly sizeBytes: number
  /** Since the look before. */
  readonly entryChange: number
  readonly sizeChange: number
}

/** As many as fit beside the figures. */
const MOST_LOOKS = 40
const BARS = '▁▂▃▄▅▆▇█'
const HIDE_CURSOR = '\u001b[?25l'
/** Over the ^C that the terminal has shown. */
const SHOW_CURSOR = '\r\u001b[K\u001b[?25h'

export interface LiveView {
  show(look: Look): Promise<void>
  /** Gives the terminal back as it was. */
  end(): Promise<void>
}

export function liveView(title: string): LiveView {
  return process.stdout.isTTY ? stillView(title) : lineView()
}

function lineView(): LiveView {
  return { show: (look) => writeLine(lookText(look)), end: async () => undefined }
}

/** Drawn over itself. */
function stillView(title: string): LiveView {
  const looks: Look[] = []
  let drawnRows = 0
  return {
    async show(look) {
      looks.push(look)
      if (looks.length > MOST_LOOKS) looks.shift()
      const text = viewText(title, looks)
      const back = drawnRows === 0 ? HIDE_CURSOR : `\u001b[${drawnRows}A\u001b[J`
      drawnRows = rowCount(text, process.stdout.columns)
      await write(`${back}${text}\n`)
    },
    async end() {
      if (drawnRows > 0) await write(SHOW_CURSOR)
    },
  }
}

export function viewText(title: string, looks: readonly Look[]): string {
  const [first, last] = [looks[0], looks.at(-1)]
  if (first === undefined || last === undefined) return ''
  const spanMs = last.atMs - first.atMs
  const rate = (total: number) => (spanMs === 0 ? 0 : (1_000 * total) / spanMs)
  const entryRate = rate(last.entryCount - first.entryCount)
  const byteRate = rate(last.sizeBytes - first.sizeBytes)
  const rows = [
    [
      'entries',
      countText(last.entryCount),
      `${signOf(entryRate)}${countText(Math.abs(Math.round(entryRate)))}/s`,
      shown('cyan', sparkline(looks.map(({ entryCount }) => entryCount))),
    ],
    [
      'size',
      bytesText(last.sizeBytes),
      `${signOf(byteRate)}${bytesText(Math.abs(byteRate))}/s`,
      shown('cyan', sparkline(looks.map(({ sizeBytes }) => sizeBytes))),
    ],
  ]
  const time = new Date(last.atMs).toTimeString().slice(0, 8)
  const span = looks.length > 1 ? `, the last ${spanText(spanMs)}` : ''
  return `${shown('bold', harmless(title))}  ${shown('dim', `${time}${span}; Ctrl-C ends it`)}\n\n${table(rows, [1, 2])}\n`
}

/** From the least to the most of them; a line where nothing changes. */
export function sparkline(values: readonly number[]): string {
  const least = Math.min(...values)
  const range = Math.max(...values) - least
  return values
    .map((value) => BARS[range === 0 ? 0 : Math.round(((BARS.length - 1) * (value - least)) / range)] ?? '')
    .join('')
}

function lookText({ atMs, entryCount, sizeBytes, entryChange, sizeChange }: Look): string {
  const time = new Date(atMs).toTimeString().slice(0, 8)
  const change = `${signOf(entryChange)}${entriesText(Math.abs(entryChange))}, ${signOf(sizeChange)}${bytesText(Math.abs(sizeChange))}`
  return `${shown('dim', time)}  ${entriesText(entryCount).padStart(12)}  ${bytesText(sizeBytes).padStart(9)}  ${shown('dim', change)}`
}

function signOf(change: number): string {
  return change < 0 ? '-' : '+'
}
