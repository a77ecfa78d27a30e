/**
 * The values of a DuckDB row as plain JSON values: what the cache stores and the wire carries.
 *
 * BIGINT arrives as bigint, which JSON refuses: it becomes a number while that is exact, and an error beyond, because a
 * rounded count would be a wrong answer. Anything that is not a JSON scalar is an error too: the query has to cast it.
 */

type PlainValue = string | number | boolean | null
export type PlainRow = Readonly<Record<string, PlainValue>>

function plainValue(column: string, value: unknown): PlainValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'bigint') {
    const number = Number(value)
    if (Number.isSafeInteger(number)) return number
    throw new RangeError(`column ${column}: ${value} is beyond the integers a JSON number holds exactly`)
  }
  throw new TypeError(`column ${column}: ${String(value)} is not a JSON scalar; cast it in the query`)
}

export function plainRow(row: Readonly<Record<string, unknown>>): PlainRow {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainValue(column, value)]))
}
