/** A crew of worker processes on one queue, of which one after the other is killed and replaced. */
import { type ChildProcess, fork } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createQueue } from '../src/index.ts'
import { CrewBook, type CrewFigures } from './crew-book.ts'
import type { CrewOrder, CrewReport, CrewWay } from './fixtures/crew-worker.ts'
import { openStore, type StoreWish } from './fixtures/store-wish.ts'

const WORKER = fileURLToPath(new URL('./fixtures/crew-worker.ts', import.meta.url))
/** What Node has made of the sources, kept from worker to worker: they start in a quarter of the time. */
const COMPILED = fileURLToPath(new URL('../node_modules/.cache/test-workers', import.meta.url))

export interface CrewWish {
  readonly store: StoreWish
  readonly way: CrewWay
  readonly processCount: number
  readonly jobCount: number
  /** At most: it is over when the jobs are. */
  readonly killCount: number
  readonly killEveryMs: number
  readonly visibilityMs: number
  /** Nothing was heard of anybody for so long: what is missing is lost. */
  readonly longestSilenceMs: number
}

export interface CrewResult extends CrewFigures {
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
  const { store, way, processCount, jobCount, visibilityMs } = wish
  const share = Math.floor(jobCount / processCount)
  const book = new CrewBook(visibilityMs)
  let heardAtMs = performance.now()

  const hire = (producer: number, from: number): Member => {
    const order: CrewOrder = { store, way, producer, from, to: share, visibilityMs }
    const child = fork(WORKER, [JSON.stringify(order)], {
      execPath: process.execPath,
      execArgv: ['--conditions=@stowage/source'],
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILED },
    })
    const member: Member = { producer, child, isAtWork: false, from }
    const page = book.open()
    child.on('message', (report: CrewReport) => {
      heardAtMs = performance.now()
      if ('begins' in report) book.begins(producer, ...report.begins)
      else if ('pushedUpTo' in report) {
        book.pushed(producer, member.from, report.pushedUpTo)
        member.from = report.pushedUpTo
      } else if ('returns' in report) book.returned(report.returns)
      else if ('done' in report) book.done(report.done)
      else if ('stoodStillMs' in report) page.stoodStill.push([Date.now() - report.stoodStillMs, Date.now()])
      else {
        member.isAtWork = true
        page.given.push(...report.given)
      }
    })
    child.once('exit', () => {
      page.diedAtMs = Date.now()
    })
    return member
  }

  const beganMs = performance.now()
  const crew = Array.from({ length: processCount }, (_, producer) => hire(producer, 0))
  const backend = await openStore(store)
  const queue = createQueue(backend, 'crew', { visibility: visibilityMs })
  let killCount = 0
  try {
    for (let nextKillMs = wish.killEveryMs; ; ) {
      await pause(20)
      const isOver = crew.every(({ from }) => from >= share) && (await queue.size()) === 0
      if (isOver || performance.now() - heardAtMs > wish.longestSilenceMs) break
      if (killCount >= wish.killCount || performance.now() - beganMs < nextKillMs) continue
      const atWork = crew.filter(({ isAtWork }) => isAtWork)
      const member = atWork[Math.floor(Math.random() * atWork.length)]
      if (member === undefined) continue
      nextKillMs = performance.now() - beganMs + wish.killEveryMs
      await ended(member.child)
      killCount++
      const { producer, from } = member
      book.died(producer)
      crew[producer] = hire(producer, from)
    }
  } finally {
    await Promise.all(crew.map(({ child }) => ended(child)))
    await backend.close()
  }
  const durationMs = performance.now() - beganMs
  return { ...book.figures(share * processCount), killCount, durationMs }
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
