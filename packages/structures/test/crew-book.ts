/** What the processes of a crew say they did, job by job, and what of it no queue may let happen. */
import type { CrewJob, Delivery } from './fixtures/crew-worker.ts'

export interface CrewFigures {
  /** Jobs that nobody has done. */
  readonly lost: number
  /** Deliveries before the visibility of the one before was over. */
  readonly early: number
  /** Those that were begun when their own visibility was over, though their process never stood still. */
  readonly late: number
  /** Deliveries of a job that somebody else had been given who lived, and never stood still. */
  readonly needless: number
  /** Deliveries of jobs that had been given to somebody before. */
  readonly again: number
  /** Deliveries out of order, within what one process was given of one producer, but for jobs that come back. */
  readonly disordered: number
  /** The most that one pull has brought. */
  readonly mostTogether: number
  /** Jobs of which some try was counted that nobody began, as they lay ahead with a process that was killed; and the most such tries. */
  readonly passedOver: number
  readonly mostPassedOver: number
}

/** What one process was given, in its order. */
export interface CrewPage {
  readonly given: Delivery[]
  readonly stoodStill: (readonly [fromMs: number, toMs: number])[]
  diedAtMs: number
}

interface Kept {
  readonly delivery: Delivery
  readonly page: CrewPage
}

export class CrewBook {
  readonly #visibilityMs: number
  readonly #pages: CrewPage[] = []
  readonly #done = new Set<string>()
  readonly #returned = new Set<string>()
  /** Jobs whose push is under way. */
  readonly #unsure = new Set<string>()
  /** Those whose push was under way when their process was killed: they may be pushed again when they have been done. */
  readonly #twice = new Set<string>()

  constructor(visibilityMs: number) {
    this.#visibilityMs = visibilityMs
  }

  /** For one process. */
  open(): CrewPage {
    const page: CrewPage = { given: [], stoodStill: [], diedAtMs: Number.POSITIVE_INFINITY }
    this.#pages.push(page)
    return page
  }

  begins(producer: number, from: number, to: number): void {
    for (let number = from; number < to; number++) this.#unsure.add(idOf({ producer, number }))
  }

  pushed(producer: number, from: number, to: number): void {
    for (let number = from; number < to; number++) this.#unsure.delete(idOf({ producer, number }))
  }

  died(producer: number): void {
    for (const id of this.#unsure) if (id.startsWith(`${producer}/`)) this.#twice.add(id)
  }

  returned(job: CrewJob): void {
    this.#returned.add(idOf(job))
  }

  done(jobs: readonly CrewJob[]): void {
    for (const job of jobs) this.#done.add(idOf(job))
  }

  figures(jobCount: number): CrewFigures {
    let [early, late, needless, again, passedOver, mostPassedOver] = [0, 0, 0, 0, 0, 0]
    for (const [id, all] of this.#byJob()) {
      again += all.length - 1
      if (this.#twice.has(id)) continue
      for (const [at, { delivery, page }] of all.entries()) {
        const { beganAtMs, visibleAtMs } = delivery
        const pulledAtMs = visibleAtMs - this.#visibilityMs
        if (beganAtMs >= visibleAtMs && !stoodStill(page, pulledAtMs, beganAtMs)) late++
        const before = all[at - 1]
        if (before === undefined) continue
        // By when it began: a pull that was asked for before that instant is made after it where another has brought the job back.
        if (delivery.tries <= before.delivery.tries || beganAtMs < before.delivery.visibleAtMs) early++
        const had = before.page
        if (had.diedAtMs > pulledAtMs && !stoodStill(had, before.delivery.beganAtMs, pulledAtMs)) needless++
      }
      const unbegunCount = (all.at(-1)?.delivery.tries ?? 0) - all.length
      if (unbegunCount > 0) passedOver++
      mostPassedOver = Math.max(mostPassedOver, unbegunCount)
    }
    const counts = { early, late, needless, again, passedOver, mostPassedOver }
    const disordered = this.#pages.reduce((sum, page) => sum + this.#disordered(page), 0)
    const mostTogether = Math.max(...this.#pages.map(mostOfOnePull))
    return { ...counts, lost: jobCount - this.#done.size, disordered, mostTogether }
  }

  /** In the order of their tries. */
  #byJob(): Map<string, readonly Kept[]> {
    const byJob = new Map<string, readonly Kept[]>()
    const all = this.#pages.flatMap((page) => page.given.map((delivery) => ({ delivery, page })))
    for (const kept of all.toSorted((one, other) => one.delivery.tries - other.delivery.tries)) {
      const id = idOf(kept.delivery.value)
      byJob.set(id, [...(byJob.get(id) ?? []), kept])
    }
    return byJob
  }

  #disordered({ given }: CrewPage): number {
    let count = 0
    const latest = new Map<number, number>()
    for (const { value, tries } of given) {
      const id = idOf(value)
      if (tries > 1 || this.#twice.has(id) || this.#returned.has(id)) continue
      if (value.number <= (latest.get(value.producer) ?? -1)) count++
      latest.set(value.producer, value.number)
    }
    return count
  }
}

function stoodStill(page: CrewPage, fromMs: number, toMs: number): boolean {
  return page.stoodStill.some(([beganMs, endedMs]) => beganMs < toMs && fromMs < endedMs)
}

function mostOfOnePull({ given }: CrewPage): number {
  const counts = new Map<number, number>()
  for (const { visibleAtMs } of given) counts.set(visibleAtMs, (counts.get(visibleAtMs) ?? 0) + 1)
  return Math.max(0, ...counts.values())
}

function idOf({ producer, number }: CrewJob): string {
  return `${producer}/${number}`
}
