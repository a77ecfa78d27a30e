/**
 * The order of a workload: every seat is opened and checked, then rounds go A B C, A B C, ..., so that whatever the
 * machine does meanwhile happens to all of them. The first rounds warm up and do not count. Whoever fails is out at
 * once; the others go on.
 */
import { type Figures, type Rounds, SkippedError, WrongAnswerError } from './contract.ts'
import type { Seat } from './seat.ts'

export interface Outcome {
  readonly name: string
  /** `disqualified`: served something wrong; `skipped`: not to be had here; `failed`: could not do the work. None has figures. */
  readonly state: 'measured' | 'disqualified' | 'skipped' | 'failed'
  readonly reason?: string | undefined
  /** One per counted round, in order. */
  readonly rounds: readonly Figures[]
}

type Fault = Required<Pick<Outcome, 'state' | 'reason'>>

interface Place {
  readonly seat: Seat
  readonly rounds: Figures[]
  fault: Fault | undefined
}

type Tell = (step: string) => void

const OPENED_AT_ONCE = 2

/** @param tell is told of each step before it is taken */
export async function runSeats(
  seats: readonly Seat[],
  { sittingCount = 1, ...rounds }: Rounds,
  tell: Tell = () => undefined,
): Promise<Outcome[]> {
  const places = seats.map((seat): Place => ({ seat, rounds: [], fault: undefined }))
  for (let sitting = 1; sitting <= sittingCount; sitting++) {
    const ordinal = sittingCount === 1 ? '' : `sitting ${sitting} of ${sittingCount}: `
    await sit(places, rounds, (step) => tell(`${ordinal}${step}`))
  }
  return places.map(({ seat, rounds, fault }) => ({
    name: seat.name,
    ...(fault === undefined ? { state: 'measured', rounds } : { ...fault, rounds: [] }),
  }))
}

async function sit(
  places: readonly Place[],
  { warmUpCount, roundCount, turnCount = 1 }: Rounds,
  tell: Tell,
): Promise<void> {
  const waiting = [...places]
  const openAll = async (): Promise<void> => {
    for (let place = waiting.shift(); place !== undefined; place = waiting.shift()) await openPlace(place, tell)
  }
  // Starting and filling is not measured, and half of the time of a short run.
  await Promise.all(Array.from({ length: OPENED_AT_ONCE }, openAll))
  for (let round = -warmUpCount; round < roundCount; round++) {
    const turns = new Map<Place, Figures[]>(places.map((place) => [place, []]))
    for (let turn = 0; turn < turnCount; turn++) {
      for (const [place, figures] of turns) {
        if (turn === 0) tell(`${round < 0 ? 'warming up' : `round ${round + 1} of ${roundCount}`}, ${place.seat.name}`)
        await attempt(place, async () => void figures.push(await place.seat.round()))
      }
    }
    if (round < 0) continue
    for (const [place, figures] of turns) if (place.fault === undefined) place.rounds.push(meansOf(figures))
  }
  await Promise.all(places.map(closePlace))
}

/** All turns of an entrant have the same measures. */
function meansOf(turns: readonly Figures[]): Figures {
  const [first = {}] = turns
  const mean = (measure: string): number =>
    turns.reduce((sum, figures) => sum + (figures[measure] ?? Number.NaN), 0) / turns.length
  return Object.fromEntries(Object.keys(first).map((measure) => [measure, mean(measure)]))
}

function openPlace(place: Place, tell: Tell): Promise<void> {
  tell(`opening ${place.seat.name}`)
  return attempt(place, () => place.seat.open())
}

async function attempt(place: Place, step: () => Promise<void>): Promise<void> {
  if (place.fault !== undefined) return
  try {
    await step()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    place.fault = { state: stateAfter(error), reason }
  }
}

function stateAfter(error: unknown): Fault['state'] {
  if (error instanceof WrongAnswerError) return 'disqualified'
  return error instanceof SkippedError ? 'skipped' : 'failed'
}

/** Also one that failed before has something to close. */
async function closePlace(place: Place): Promise<void> {
  const { fault } = place
  place.fault = undefined
  await attempt(place, () => place.seat.close())
  place.fault = fault ?? place.fault
}
