/** What the readers are told, and what they tell when they have walked. */
import { z } from 'zod'

export const walkWish = z.object({
  address: z.string(),
  days: z.object({ from: z.string(), to: z.string() }),
  sessionCount: z.number(),
  lookMs: z.number(),
})
export type WalkWish = z.infer<typeof walkWish>

export const walkedTogether = z.object({
  requestCount: z.number(),
  /** Panels among them: what the cache answers. */
  panelCount: z.number(),
  /** Different questions among those. */
  distinctCount: z.number(),
  failures: z.array(z.string()),
  p50Ms: z.number(),
  p99Ms: z.number(),
})
export type WalkedTogether = z.infer<typeof walkedTogether>
