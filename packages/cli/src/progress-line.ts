/** One line on stderr that says how far a long command has come; on a terminal only, and a few times a second. */
import { stderr } from 'node:process'

export interface ProgressLine {
  show(text: () => string): void
  clear(): void
}

const PAUSE_MS = 100
const CLEAR_LINE = '\r\u001b[K'

export function progressLine(): ProgressLine {
  let shownAt = Number.NEGATIVE_INFINITY
  return {
    show(text) {
      const now = performance.now()
      if (!stderr.isTTY || now - shownAt < PAUSE_MS) return
      shownAt = now
      stderr.write(`${CLEAR_LINE}${text()}`)
    },
    clear: clearProgress,
  }
}

/** Also of a command that ended on its way: its last word is not to stand behind a figure. */
export function clearProgress(): void {
  if (stderr.isTTY) stderr.write(CLEAR_LINE)
}
