/** How many rows of a terminal a text takes. */
import stringWidth from 'string-width'

/** Lines that are too long go on in the next row. */
export function rowCount(text: string, columns: number | undefined): number {
  const rowsOf = (line: string) => (columns === undefined ? 1 : Math.max(1, Math.ceil(stringWidth(line) / columns)))
  return text.split('\n').reduce((sum, line) => sum + rowsOf(line), 0)
}
