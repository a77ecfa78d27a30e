/**
 * The source of the proving ground: what it says of each key, how well it is, and whether an answer can be right.
 *
 * Every change counts a key's version up; when its invalidation has been acknowledged, no older version may be served.
 */
import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

export const KEY_COUNT = 64
const SLOW_MS = 1_500
export type SourceHealth = 'well' | 'slow' | 'failing'

export interface Answer {
  readonly key: string
  readonly version: number
  readonly body: string
  readonly digest: string
}

/** The source's own failure, which is nobody's fault in between. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}

export class Truth {
  health: SourceHealth = 'well'
  loadCount = 0
  /** Keys that two loads ran for at once, in this process. */
  doubleLoadCount = 0
  readonly #versions = new Map<string, number>()
  readonly #acknowledged = new Map<string, number>()
  readonly #loading = new Map<string, number>()

  async load(key: string): Promise<Answer> {
    this.loadCount++
    const version = this.#versions.get(key) ?? 0
    // A load that began before a change does not count against one that began after it.
    const flight = `${key} ${version}`
    const running = (this.#loading.get(flight) ?? 0) + 1
    this.#loading.set(flight, running)
    if (running > 1) this.doubleLoadCount++
    try {
      await pause(this.health === 'slow' ? SLOW_MS : 2)
      if (this.health === 'failing') throw new SourceError('the source fails, as it was told to')
      return answerOf(key, version)
    } finally {
      if (running === 1) this.#loading.delete(flight)
      else this.#loading.set(flight, running - 1)
    }
  }

  /** @returns what to call when its invalidation is acknowledged. */
  change(key: string): () => void {
    const version = (this.#versions.get(key) ?? 0) + 1
    this.#versions.set(key, version)
    return () => this.#acknowledged.set(key, Math.max(this.oldest(key), version))
  }

  oldest(key: string): number {
    return this.#acknowledged.get(key) ?? 0
  }

  newest(key: string): number {
    return this.#versions.get(key) ?? 0
  }
}

export function answerOf(key: string, version: number): Answer {
  const body = `${key}=${version};`.repeat(40 + (version % 7) * 60)
  return { key, version, body, digest: digestOf(body) }
}

/** Whether it is what some source has said of that key, to the last byte. */
export function isWhole(found: Answer, key: string): boolean {
  return (
    found.key === key && found.digest === answerOf(key, found.version).digest && found.digest === digestOf(found.body)
  )
}

function digestOf(body: string): string {
  return createHash('sha256').update(body).digest('base64url')
}
