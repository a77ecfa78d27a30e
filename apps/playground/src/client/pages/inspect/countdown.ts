/** What is left of a span, in its two largest units, so that one sees it run: `59 min 12 s`. */
const UNITS = [
  { unit: 'd', lengthMs: 86_400_000 },
  { unit: 'h', lengthMs: 3_600_000 },
  { unit: 'min', lengthMs: 60_000 },
  { unit: 's', lengthMs: 1_000 },
] as const
/** Expiry dates farther off than this are the word `forever`. */
const FOREVER_MS = 100 * 365 * 86_400_000

export function countdown(leftMs: number): string {
  if (leftMs > FOREVER_MS) return 'forever'
  if (leftMs <= 0) return 'over'
  const at = UNITS.findIndex(({ lengthMs }) => leftMs >= lengthMs)
  const [large, small] = at === -1 ? [UNITS[3], undefined] : [UNITS[at], UNITS[at + 1]]
  const largeCount = Math.floor(leftMs / (large?.lengthMs ?? 1))
  if (small === undefined) return `${largeCount} ${large?.unit}`
  return `${largeCount} ${large?.unit} ${Math.floor((leftMs % (large?.lengthMs ?? 1)) / small.lengthMs)} ${small.unit}`
}
