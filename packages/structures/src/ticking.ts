/** What durations are measured by: a clock that never goes back, where there is one. */
import type { Clock } from '@stowage/core'

export type { CancelTimer } from '@stowage/core'

export function ticking(clock: Clock): () => number {
  return () => (clock.tickMs === undefined ? clock.nowMs() : clock.tickMs())
}
