/**
 * What happens while one watches: flights are completed, the plan is changed. Kept in the app's store, so that a restart and
 * other processes on it know of the same events; each of them makes cached answers wrong, which is what they are for.
 */
import type { Cache } from '@stowage/core'
import { z } from 'zod'
import { RequestError } from '../problem.ts'
import { type CompletedFlight, completedFlight, flightNumbered } from './completed-flight.ts'

const operationsState = z.strictObject({
  completed: z.array(completedFlight),
  planRevision: z.int(),
  plannedFlightCount: z.int(),
})

type OperationsState = z.infer<typeof operationsState>

export interface Operations {
  state(): Promise<OperationsState>
  completeFlight(): Promise<CompletedFlight>
  changePlan(): Promise<OperationsState>
  /** As if nothing had happened. */
  startOver(): Promise<void>
}

const KEY = 'operations'
const COMPLETED_LIMIT = 1_000
const QUIET_DAY: OperationsState = { completed: [], planRevision: 1, plannedFlightCount: 16_420 }
const PLAN_STEPS = [-38, 12, -7, 55, -24] as const

export function createOperations(store: Cache): Operations {
  const change = (step: (state: OperationsState) => OperationsState): Promise<OperationsState> =>
    store.update<OperationsState>(KEY, (old) => step(old ?? QUIET_DAY))
  return {
    state: async () => (await store.get(KEY, { schema: operationsState })) ?? QUIET_DAY,
    async completeFlight() {
      const { completed } = await change((state) => {
        if (state.completed.length >= COMPLETED_LIMIT) {
          throw new RequestError(409, `${COMPLETED_LIMIT} flights have been completed already; start over first`)
        }
        return { ...state, completed: [...state.completed, flightNumbered(state.completed.length + 1)] }
      })
      return flightNumbered(completed.length)
    },
    changePlan: () =>
      change((state) => ({
        ...state,
        planRevision: state.planRevision + 1,
        plannedFlightCount: state.plannedFlightCount + (PLAN_STEPS[state.planRevision % PLAN_STEPS.length] ?? 0),
      })),
    async startOver() {
      await change(() => QUIET_DAY)
    },
  }
}
