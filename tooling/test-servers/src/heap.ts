/** What is kept alive: the heap when all is gone that nobody can reach. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
/** What hangs on a shape of objects goes with the second. */
export const collectGarbage = runInNewContext('() => { gc(); gc() }') as () => void

export function heapBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

export const LONG_TEXT_BYTES = 1_000_000

/** A part of a text of {@link LONG_TEXT_BYTES} of which nothing else is left, and another for each number. */
export function partOfLongText(at: number): string {
  const text = Buffer.alloc(LONG_TEXT_BYTES, 'x').toString('latin1') + String(at).padStart(20, '0')
  return text.slice(-20)
}
