/**
 * One run over a list of tasks: a few at a time, each counted once, until the list is done or the run is ended.
 *
 * Ending early does not wait: the report is made at once, loads that nobody else waits for are told to stop, and what
 * still comes of them is not counted. A task that fails is a line of the report; nothing here is ever thrown.
 */
import type { CancelTimer } from '../clock.ts'
import { UsageError } from '../errors.ts'
import type { Cache } from '../face.ts'
import { type Key, keyName } from '../key.ts'
import type { Listeners } from '../listeners.ts'
import type { Slots } from './slots.ts'
import { TaskList } from './task-list.ts'
import { warm } from './warm-key.ts'
import { WarmTally } from './warm-tally.ts'
import { taskKey, taskName, type WarmTask } from './warm-task.ts'
import type { WarmerEvents, WarmOutcome, WarmProgress, WarmReport, WarmTrigger } from './warmer-events.ts'
import type { WarmerPlan } from './warmer-plan.ts'

/** Five times a second is what an eye takes for steady. */
const TICK_MS = 200
/** Without a change every fifth tick is told: the time goes on, and a connection that carries the events stays alive. */
const QUIET_TICKS = 5

/** What the runs of one warmer share. */
export interface WarmRoom {
  readonly cache: Cache
  readonly plan: WarmerPlan
  readonly slots: Slots
  readonly hub: Listeners<WarmerEvents>
}

export interface WarmRequest {
  readonly trigger: WarmTrigger
  /** Only the tasks with these keys; undefined: all. */
  readonly keys: readonly Key[] | undefined
}

export class WarmRun {
  readonly #room: WarmRoom
  readonly #request: WarmRequest
  readonly #tally: WarmTally
  readonly #abort = new AbortController()
  readonly #ended = Promise.withResolvers<WarmReport>()
  readonly #underWay = new Set<Promise<void>>()
  #list: TaskList | undefined
  #takenCount = 0
  #callerCount = 0
  #isOver = false
  #isChanged = false
  #cancelTick: CancelTimer = () => undefined
  #cancelLimit: CancelTimer = () => undefined

  constructor(room: WarmRoom, request: WarmRequest) {
    this.#room = room
    this.#request = request
    this.#tally = new WarmTally(request.trigger, room.plan)
  }

  begin(): void {
    const { clock, timeLimitMs } = this.#room.plan
    void this.#carryOut()
    if (timeLimitMs !== undefined) {
      const reason = new DOMException(`warmer: the run passed its limit of ${timeLimitMs} ms`, 'TimeoutError')
      this.#cancelLimit = clock.schedule(timeLimitMs, () => this.stop('timed-out', reason))
    }
    this.#tick(0)
    this.#tell(this.progress())
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** A caller's part in the run: its signal ends its wait, and the run when nobody else is left. Never rejects. */
  join(signal: AbortSignal | undefined): Promise<WarmReport> {
    this.#callerCount++
    if (signal === undefined) return this.#ended.promise
    return new Promise((resolve) => {
      const leave = () => {
        if (this.#isOver) return
        this.#callerCount--
        if (this.#callerCount === 0) this.stop('cancelled', signal.reason)
        resolve(this.#report('cancelled', undefined))
      }
      signal.addEventListener('abort', leave, { once: true })
      void this.#ended.promise.then((report) => {
        signal.removeEventListener('abort', leave)
        resolve(report)
      })
    })
  }

  stop(outcome: Exclude<WarmOutcome, 'completed' | 'failed'>, reason: unknown): void {
    if (this.#isOver) return
    this.#end(outcome, undefined)
    this.#abort.abort(reason)
    this.#leaveList()
  }

  progress(): WarmProgress {
    return this.#tally.progress(this.#list?.total)
  }

  async #carryOut(): Promise<void> {
    try {
      await this.#handOut()
      await Promise.all(this.#underWay)
      this.#end('completed', undefined)
    } catch (error) {
      await Promise.all(this.#underWay)
      this.#end('failed', error)
    }
  }

  /** Begins the tasks, each when there is a slot for it, until all have begun or the run is over. */
  async #handOut(): Promise<void> {
    const { plan, slots } = this.#room
    const { trigger, keys } = this.#request
    const { signal } = this.#abort
    const given = typeof plan.tasks === 'function' ? plan.tasks({ signal }) : plan.tasks
    // A list that is at hand is opened at once, so that the first event can say how long it is.
    const list = new TaskList(given instanceof Promise ? await given : given, keys)
    this.#list = list
    for (let next = await list.next(); next !== undefined; next = await list.next()) {
      this.#takenCount++
      if (!(await slots.take(trigger === 'prefetch' ? 'urgent' : 'patient', signal))) return
      const carried = this.#warm(next.task).finally(() => this.#underWay.delete(carried))
      this.#underWay.add(carried)
    }
    this.#leaveList()
    for (const key of list.missingKeys) {
      const name = keyName(key)
      this.#tally.listFailure({ key, name, error: new UsageError(`prefetch: ${name} is the key of no task`) })
    }
  }

  async #warm(task: WarmTask): Promise<void> {
    const { cache, plan, slots } = this.#room
    const name = taskName(task)
    const current = this.#tally.begun(name)
    this.#isChanged = true
    try {
      this.#tally.ended(current, await warm(cache, task, plan.refresh, this.#abort.signal))
    } catch (error) {
      if (cache.closed) this.stop('closed', error)
      // Once the run is over its report is made: a load that was told to stop shows in none.
      this.#tally.failed(current, { key: taskKey(task), name, error })
    } finally {
      this.#isChanged = true
      slots.giveBack()
    }
  }

  /** The first end counts. */
  #end(outcome: WarmOutcome, error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#cancelTick()
    this.#cancelLimit()
    const report = this.#report(outcome, error)
    this.#tally.close()
    this.#tell(this.progress())
    this.#room.hub.emit('end', report)
    this.#ended.resolve(report)
  }

  #report(outcome: WarmOutcome, error: unknown): WarmReport {
    return this.#tally.report(outcome, this.#list?.total ?? this.#takenCount, error)
  }

  #tick(quietCount: number): void {
    this.#cancelTick = this.#room.plan.clock.schedule(TICK_MS, () => {
      const progress = this.progress()
      const isDue = this.#isChanged || quietCount + 1 >= QUIET_TICKS
      this.#tick(isDue ? 0 : quietCount + 1)
      if (isDue) this.#tell(progress)
    })
  }

  #tell(progress: WarmProgress): void {
    this.#isChanged = false
    this.#room.hub.emit('progress', progress)
  }

  #leaveList(): void {
    this.#list?.leave().catch((error: unknown) => this.#room.hub.emit('fault', { operation: 'tasks', error }))
  }
}
