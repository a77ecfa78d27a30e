/** A source of flights that answers when the test says so: what loads can be watched, cancelled and run out of time. */
import { openFlights } from '../src/server/flight-source.ts'

export function gatedSource() {
  let gate = Promise.withResolvers<void>()
  const openSource: typeof openFlights = async (files, completed) => {
    const flights = await openFlights(files, completed)
    return {
      ...flights,
      async rows(query, range) {
        await gate.promise
        return flights.rows(query, range)
      },
    }
  }
  return {
    openSource,
    open: () => gate.resolve(),
    shut() {
      gate = Promise.withResolvers()
    },
  }
}
