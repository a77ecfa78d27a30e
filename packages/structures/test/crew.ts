/** A crew of worker processes on one queue, of which one after the other is killed and replaced, and what it has to show for it. */
import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createQueue } from '../src/index.ts'
import type { CrewOrder, CrewReport, Delivery } from './fixtures/crew-worker.ts'
import { openStore, type StoreWish } from './fixtures/store-wish.ts'

const WORKER = fileURLToPath(new URL('./fixtures/crew-worker.ts', import.meta.url))
/** Nothing was heard of anybody for so long: what is missing is lost. */
const LONGEST_SILENCE_MS = 15_000
/** What Node has made of the sources, kept from worker to worker: they start in a quarter of the time. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/test-workers', import.meta.url))

export interface CrewWish {
  readonly store: StoreWish
  readonly processCount: number
  readonly jobCount: number
  /** At most: it is over when the jobs are. */
  readonly killCount: number
  readonly killEveryMs: number
  readonly visibilityMs: number
}

export interface CrewResult {
  readonly lost: number
  /** Jobs that came again although nobody had lost them, or before their visibility was over. */
  readonly early: number
  /** Jobs that came again after their visibility, or were pushed again by who did not know that he had. */
  readonly again: number
  /** Deliveries out of order, within what one process was given of one producer. */
  readonly disordered: number
  readonly killCount: number
  readonly durationMs: number
}

interface Member {
  readonly producer: number
  child: ChildProcess
  /** Has been given jobs. One that is only starting has nothing to lose. */
  isAtWork: boolean
  /** Where the next one goes on. */
  from: number
}

export async function runCrew(wish: CrewWish): Promise<CrewResult> {
  const { store, processCount, jobCount, visibilityMs } = wish
  const share = Math.floor(jobCount / processCount)
  /** By producer and number. */
  const deliveries = new Map<string, Delivery[]>()
  /** Numbers whose push was under way when their process was killed: they may be pushed twice. */
  const unsure = new Set<string>()
  let disordered = 0
  let heardAtMs = performance.now()

  const hire = (producer: number, from: number): Member => {
    const order: CrewOrder = { store, producer, from, to: share, visibilityMs }
    const child = fork(WORKER, [JSON.stringify(order)], {
      execPath: process.execPath,
      execArgv: ['--conditions=@stowage/source'],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    })
    const member: Member = { producer, child, isAtWork: false, from }
    const latest = new Map<number, number>()
    child.on('message', (report: CrewReport) => {
      heardAtMs = performance.now()
      if ('begins' in report) for (let n = report.begins[0]; n < report.begins[1]; n++) unsure.add(`${producer}/${n}`)
      else if ('pushedUpTo' in report) {
        for (let n = member.from; n < report.pushedUpTo; n++) unsure.delete(`${producer}/${n}`)
        member.from = report.pushedUpTo
      } else {
        member.isAtWork = true
        for (const delivery of report.done) {
          const { value, tries } = delivery
          const id = `${value.producer}/${value.number}`
          deliveries.set(id, [...(deliveries.get(id) ?? []), delivery])
          if (tries > 1 || twice.has(id)) continue
          if (value.number <= (latest.get(value.producer) ?? -1)) disordered++
          latest.set(value.producer, value.number)
        }
      }
    })
    return member
  }

  /** As {@link unsure}, of processes that were killed. */
  const twice = new Set<string>()
  const beganMs = performance.now()
  const crew = Array.from({ length: processCount }, (_, producer) => hire(producer, 0))
  const backend = await openStore(store)
  const queue = createQueue(backend, 'crew', { visibility: visibilityMs })
  let killCount = 0
  try {
    for (let nextKillMs = wish.killEveryMs; ; ) {
      await pause(20)
      const isOver = crew.every(({ from }) => from >= share) && (await queue.size()) === 0
      if (isOver || performance.now() - heardAtMs > LONGEST_SILENCE_MS) break
      if (killCount >= wish.killCount || performance.now() - beganMs < nextKillMs) continue
      const atWork = crew.filter(({ isAtWork }) => isAtWork)
      const member = atWork[Math.floor(Math.random() * atWork.length)]
      if (member === undefined) continue
      nextKillMs = performance.now() - beganMs + wish.killEveryMs
      await ended(member.child)
      killCount++
      const { producer, from } = member
      for (const id of unsure) if (id.startsWith(`${producer}/`)) twice.add(id)
      crew[producer] = hire(producer, from)
    }
  } finally {
    await Promise.all(crew.map(({ child }) => ended(child)))
    await backend.close()
  }
  const durationMs = performance.now() - beganMs
  const counts = verdict(deliveries, twice, visibilityMs)
  return { ...counts, lost: share * processCount - deliveries.size, disordered, killCount, durationMs }
}

/** Killed, and everything heard that it has said. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    let left = 2
    const one = (): void => {
      if (--left === 0) resolve()
    }
    child.once('exit', one)
    child.once('disconnect', one)
    child.kill('SIGKILL')
  })
}

function verdict(
  deliveries: ReadonlyMap<string, readonly Delivery[]>,
  twice: ReadonlySet<string>,
  visibilityMs: number,
): { readonly early: number; readonly again: number } {
  let [early, again] = [0, 0]
  for (const [id, all] of deliveries) {
    const sorted = all.toSorted((one, other) => one.tries - other.tries)
    for (const [at, { tries, givenAtMs }] of sorted.entries()) {
      const before = sorted[at - 1]
      if (before === undefined) continue
      again++
      const isLegal = tries > before.tries && givenAtMs - before.askedAtMs >= visibilityMs
      if (!isLegal && !twice.has(id)) early++
    }
  }
  return { early, again }
}
