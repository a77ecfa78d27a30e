/**
 * The readers, in a process of their own that gives way to the server: elsewhere they would sit at machines of their own,
 * and what they take from the server's processor is not the server's fault.
 */
import { setPriority } from 'node:os'
import { walkAllTabs } from './walk.ts'
import { type WalkedTogether, walkWish } from './walk-messages.ts'

const GIVING_WAY = 10

async function walkAll(message: unknown): Promise<void> {
  setPriority(GIVING_WAY)
  const { sessionCount, ...walk } = walkWish.parse(message)
  const walks = await Promise.all(
    Array.from({ length: sessionCount }, (_, session) => walkAllTabs({ ...walk, session })),
  )
  const tookMs = walks.flatMap((each) => each.tookMs).sort((a, b) => a - b)
  const at = (share: number): number => tookMs[Math.floor(tookMs.length * share)] ?? 0
  process.send?.({
    requestCount: tookMs.length,
    panelCount: walks.reduce((sum, { panelCount }) => sum + panelCount, 0),
    distinctCount: new Set(walks.flatMap(({ questions }) => [...questions])).size,
    failures: walks.flatMap(({ failures }) => failures),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  } satisfies WalkedTogether)
  process.disconnect()
}

process.once('message', (message) => void walkAll(message))
