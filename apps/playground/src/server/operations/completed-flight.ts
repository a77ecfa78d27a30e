/** Flights that land while the playground runs: made up in a fixed order, so that two servers and a test agree on them. */
import { z } from 'zod'

export const completedFlight = z.strictObject({
  /** 1 for the first one. */
  number: z.int(),
  origin: z.string(),
  destination: z.string(),
  delayMinutes: z.int(),
  distanceMiles: z.int(),
})

export type CompletedFlight = z.infer<typeof completedFlight>

const ROUTES = [
  { origin: 'ORD', destination: 'LAX', distanceMiles: 1_745 },
  { origin: 'ATL', destination: 'DFW', distanceMiles: 732 },
  { origin: 'DEN', destination: 'PHX', distanceMiles: 602 },
  { origin: 'BOS', destination: 'LGA', distanceMiles: 184 },
  { origin: 'SFO', destination: 'SEA', distanceMiles: 679 },
] as const
const DELAYS_MINUTES = [12, -4, 47, 0, 3, 125, -9] as const

/** @param number from 1 on */
export function flightNumbered(number: number): CompletedFlight {
  const route = ROUTES[(number - 1) % ROUTES.length] ?? ROUTES[0]
  return { number, ...route, delayMinutes: DELAYS_MINUTES[(number - 1) % DELAYS_MINUTES.length] ?? 0 }
}
