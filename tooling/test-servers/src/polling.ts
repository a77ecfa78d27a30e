/** Waiting for servers to agree among themselves, which nobody tells of: asked again until it is so, or for too long. */
import { setTimeout as pause } from 'node:timers/promises'

const PAUSE_MS = 20
const LIMIT_MS = 20_000

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + LIMIT_MS
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`after ${LIMIT_MS} ms it is still not so that ${what}`)
    await pause(PAUSE_MS)
  }
}
