/**
 * Loaded ahead of everything else into the server that is measured: how long its event loop was held up, from the first
 * line of the program on. Asked over IPC; the answer begins a new window.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { z } from 'zod'

export const loopDelays = z.object({ p50Ms: z.number(), p99Ms: z.number(), maxMs: z.number() })
export type LoopDelays = z.infer<typeof loopDelays>

/** How often the loop is looked at. The figures are what came on top of it. */
const RESOLUTION_MS = 5
const NS_PER_MS = 1e6

const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
const beyondResolutionMs = (ns: number): number => Math.max(0, ns / NS_PER_MS - RESOLUTION_MS)

if (process.send !== undefined) {
  delays.enable()
  process.on('message', () => {
    process.send?.({
      p50Ms: beyondResolutionMs(delays.percentile(50)),
      p99Ms: beyondResolutionMs(delays.percentile(99)),
      maxMs: beyondResolutionMs(delays.max),
    } satisfies LoopDelays)
    delays.reset()
  })
  // A server that is told to stop does not wait for who measures it.
  process.channel?.unref()
}
