/** How long the event loop was held up: by work that should not be on it. */
import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface LoopMeter {
  /** Delay beyond the meter's own interval, since the figure before last was asked for. */
  p99Ms(): number
  close(): void
}

const RESOLUTION_MS = 10
const NS_PER_MS = 1e6
/** Asked for by every page that is open: the window does not begin anew with each of them. */
const WINDOW_MS = 60_000

export function createLoopMeter(): LoopMeter {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  let sinceMs = performance.now()
  let before = 0
  return {
    p99Ms() {
      const figure = Math.max(0, delays.percentile(99) / NS_PER_MS - RESOLUTION_MS)
      if (performance.now() - sinceMs > WINDOW_MS) {
        delays.reset()
        sinceMs = performance.now()
        before = figure
        return figure
      }
      return delays.count === 0 ? before : figure
    },
    close: () => delays.disable(),
  }
}
