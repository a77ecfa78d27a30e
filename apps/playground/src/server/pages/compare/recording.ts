/** The answers the workload is made of: real queries over real flights, asked kept in the app's own cache. */
import type { Cache } from '@stowage/core'
import { addDays, type DayRange, dayCountOf } from '../../../shared/calendar.ts'
import type { FlightSource } from '../../flight-source.ts'
import { panelQueries } from '../../queries/panel-queries.ts'

export interface RecordedAnswer {
  readonly name: string
  readonly rows: readonly unknown[]
}

const PANELS = ['totals', 'delays', 'routes', 'ranks', 'hours'] as const
/** How many ranges of days each panel is asked for: different lengths, spread over all days. */
const RANGE_COUNT = 16
const LENGTHS = [1, 3, 7, 14] as const

function recordedRanges(days: DayRange): readonly DayRange[] {
  const dayCount = dayCountOf(days)
  const ranges = Array.from({ length: RANGE_COUNT }, (_, at) => {
    const length = Math.min(dayCount, LENGTHS[at % LENGTHS.length] ?? 1)
    const from = addDays(days.from, Math.floor(((dayCount - length) * at) / RANGE_COUNT))
    return { from, to: addDays(from, length - 1) }
  })
  // Few days have few ranges.
  return [...new Map(ranges.map((range) => [`${range.from} ${range.to}`, range])).values()]
}

interface RecordingRooms {
  readonly flights: FlightSource
  /** Keeps what was recorded: the next run has it at once. */
  readonly cache: Cache
}

/** @param onStep told how much of it is done, 0 to 1. */
export async function record(
  { flights, cache }: RecordingRooms,
  signal: AbortSignal,
  onStep: (share: number) => void,
): Promise<readonly RecordedAnswer[]> {
  const wanted = PANELS.flatMap((name) => recordedRanges(flights.days).map((range) => ({ name, range })))
  const kept = cache.namespace('recording')
  const fingerprint = await flights.fingerprint()
  const answers: RecordedAnswer[] = []
  for (const { name, range } of wanted) {
    signal.throwIfAborted()
    const load = async (): Promise<readonly unknown[]> => flights.rows<unknown>(panelQueries[name], range)
    const rows = await kept.getOrSet([name, range.from, range.to], load, { ttl: '1d', fingerprint })
    answers.push({ name: `${name} ${range.from} ${range.to}`, rows })
    onStep(answers.length / wanted.length)
  }
  return answers
}
