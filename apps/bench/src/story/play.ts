/**
 * Plays the ten minutes on one step and counts. Time is a clock moved by hand, a query takes 100 ms of it, and what is asked in
 * one second is asked at once.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { mapByHand, withoutCache } from './by-hand.ts'
import { cachedShop } from './cached-shop.ts'
import { PriceSource } from './price-source.ts'
import { type Ask, type Moment, OUTAGE, tenMinutes } from './scenario.ts'
import type { Shop } from './shop.ts'
import { STORY, type StoryStep } from './steps.ts'
import { StoryBus } from './story-bus.ts'
import { StoryClock } from './story-clock.ts'

export interface Tally {
  asks: number
  queries: number
  /** Answers that took a query's time. Told by the story's clock: which of two lookups was first is the machine's to say. */
  waited: number
  errors: number
  /** Prices that were no longer true when they were asked for. */
  old: number
}

const QUERY_MS = 100
/** A second before the first. */
const START_MS = Date.UTC(2026, 0, 1)
/** Who waits for another process's load looks again from time to time; the machine gets its turns in between. */
const TURNS_PER_LOOK = 200
const LOOK_MS = 10
/** Turns of the event loop in which nothing begins: then nothing will. */
const QUIET_TURNS = 3

/** One after the other: each has the machine for itself. */
export async function playAll(): Promise<{ readonly step: StoryStep; readonly tally: Tally }[]> {
  const moments = tenMinutes()
  const played: { step: StoryStep; tally: Tally }[] = []
  for (const step of STORY) played.push({ step, tally: await play(step, moments) })
  return played
}

async function play(step: StoryStep, moments: readonly Moment[]): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-story-'))
  const stage = new Stage(step, folder)
  try {
    for (const moment of moments) await stage.live(moment)
    return stage.tally
  } finally {
    await stage.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

class Stage {
  readonly tally: Tally = { asks: 0, queries: 0, waited: 0, errors: 0, old: 0 }
  readonly #step: StoryStep
  readonly #folder: string
  readonly #clock = new StoryClock(START_MS)
  readonly #source = new PriceSource()
  readonly #bus = new StoryBus()
  #shops: readonly Shop[]

  constructor(step: StoryStep, folder: string) {
    this.#step = step
    this.#folder = folder
    this.#shops = this.#open()
  }

  async live({ second, changes, asks, isRestart }: Moment): Promise<void> {
    const aheadMs = START_MS + (second + 1) * 1_000 - this.#clock.nowMs()
    if (aheadMs <= 0) throw new Error(`second ${second - 1} took longer than a second`)
    this.#clock.advanceMs(aheadMs)
    this.#source.isDown = second >= OUTAGE.fromSecond && second < OUTAGE.toSecond
    if (isRestart) {
      await this.close()
      this.#shops = this.#open()
    }
    for (const product of changes) {
      this.#source.change(product)
      await this.#shops[0]?.changed(product)
    }
    await this.#serve(asks)
    this.tally.queries = this.#source.queryCount
  }

  async close(): Promise<void> {
    await Promise.all(this.#shops.map((shop) => shop.close()))
  }

  #open(): Shop[] {
    const { features, ttlMs } = this.#step
    const surroundings = {
      source: this.#source,
      clock: this.#clock,
      folder: this.#folder,
      attach: () => this.#bus.attach(),
    }
    return [0, 1].map((process) => {
      if (features !== undefined) return cachedShop(features, process, surroundings)
      return ttlMs === undefined
        ? withoutCache(this.#source, process)
        : mapByHand(this.#source, process, this.#clock, ttlMs)
    })
  }

  async #serve(asks: readonly Ask[]): Promise<void> {
    const open = new Set(asks)
    for (const ask of asks) void this.#ask(ask).finally(() => open.delete(ask))
    const inOne = this.#step.features?.singleFlight === 'shared'
    const isWaiting = ({ product, process }: Ask) => this.#source.isAsked(product, inOne ? undefined : process)
    for (let quiet = 0, turns = 1; quiet < QUIET_TURNS; turns += 1) {
      await turn()
      const isSettled = [...open].every(isWaiting)
      if (this.#source.isBusy && isSettled) {
        this.#clock.advanceMs(QUERY_MS)
        this.#source.answerAll()
      } else if (inOne && open.size > 0 && turns % TURNS_PER_LOOK === 0) this.#clock.advanceMs(LOOK_MS)
      const isIdle =
        open.size === 0 && !this.#source.isBusy && this.#shops.every(({ loadingCount }) => loadingCount === 0)
      quiet = isIdle ? quiet + 1 : 0
    }
  }

  async #ask({ process, product }: Ask): Promise<void> {
    const shop = this.#shops[process]
    const truth = this.#source.priceOf(product)
    const askedAtMs = this.#clock.nowMs()
    this.tally.asks += 1
    try {
      const price = await shop?.priceOf(product)
      if (this.#clock.nowMs() > askedAtMs) this.tally.waited += 1
      if (price !== truth) this.tally.old += 1
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('the database is away')) throw error
      this.tally.errors += 1
    }
  }
}
