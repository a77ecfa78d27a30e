/** Amounts as people read them. */
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const
const SPANS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const
/** Instants after this are `forever`. */
const FAR_MS = 1_000 * 365 * 86_400_000
const counts = new Intl.NumberFormat('en')

export function countText(count: number): string {
  return counts.format(count)
}

export function entriesText(count: number): string {
  return `${countText(count)} ${count === 1 ? 'entry' : 'entries'}`
}

export function bytesText(bytes: number): string {
  let amount = bytes
  let unit = 0
  while (amount >= 999.5 && unit < BYTE_UNITS.length - 1) {
    amount /= 1_000
    unit++
  }
  return `${unit === 0 || amount >= 99.95 ? Math.round(amount) : amount.toFixed(1)} ${BYTE_UNITS[unit]}`
}

/** The two largest units. */
export function spanText(lengthMs: number): string {
  if (lengthMs > FAR_MS) return 'forever'
  const at = SPANS.findIndex(([, unitMs]) => lengthMs >= unitMs)
  const [name, unitMs] = SPANS[at] ?? ['ms', 1]
  const whole = Math.floor(lengthMs / unitMs)
  const next = at === -1 ? undefined : SPANS[at + 1]
  if (next === undefined) return `${Math.floor(lengthMs / unitMs)}${name}`
  const rest = Math.floor((lengthMs - whole * unitMs) / next[1])
  return rest === 0 ? `${whole}${name}` : `${whole}${name} ${rest}${next[0]}`
}

export function shareText(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(part * 10 < whole ? 1 : 0)}%`
}
