/**
 * Writes of one key of a Cluster, one at a time. While slots are moved its client sends commands again, elsewhere and a moment later, so
 * that those sent meanwhile would be ahead of them: the next write of a key is sent when the one before has been answered. Of sets that
 * wait for the same answer only the last is sent, and is the answer for all. What has waited for as long as a call may take is not
 * sent: behind a server that does not answer each would take that long anew, and all of them would be sent long after they were given up.
 */
import type { Deadline } from './deadlines.ts'

interface Turn {
  readonly answer: Promise<unknown>
  /** What it waits for, or waited; undefined: it was sent at once. */
  readonly before: Promise<unknown> | undefined
  /** The one that concerned all keys and had to wait, when this was asked for. */
  readonly all: Promise<unknown> | undefined
}

/** How long a write may wait for its turn. */
interface TurnLimit {
  readonly begin: () => Deadline
  /** What is said of one that has waited longer. */
  readonly overrun: () => Error
}

interface WaitingSet {
  readonly answer: Promise<string>
  send: () => Promise<string>
}

export class WriteTurns {
  readonly #limit: TurnLimit
  /** The last write of each key with one that has not been answered. */
  readonly #last = new Map<string, Turn>()
  /** The last writes that are sets and have not been sent. */
  readonly #sets = new Map<string, WaitingSet>()
  /** The last one that concerned all keys, and had to wait. */
  #all: Promise<unknown> | undefined

  constructor(limit: TurnLimit) {
    this.#limit = limit
  }

  set(name: string, send: () => Promise<string>): Promise<string> {
    const waiting = this.#sets.get(name)
    if (waiting !== undefined) {
      waiting.send = this.#inTime(send)
      return waiting.answer
    }
    if (!this.#last.has(name)) return this.take(name, send)
    const answer = this.#take(name, () => {
      if (this.#sets.get(name) === set) this.#sets.delete(name)
      return set.send()
    })
    const set: WaitingSet = { answer, send: this.#inTime(send) }
    this.#sets.set(name, set)
    return answer
  }

  take<T>(name: string, send: () => Promise<T>): Promise<T> {
    const isFirst = this.#last.get(name) === undefined && this.#all === undefined
    return this.#take(name, isFirst ? send : this.#inTime(send))
  }

  #take<T>(name: string, send: () => Promise<T>): Promise<T> {
    const last = this.#last.get(name)
    const isBehindAll = last === undefined || (this.#all !== undefined && last.all !== this.#all)
    const before = isBehindAll ? this.#all : last.answer
    const answer = before === undefined ? send() : before.then(send, send)
    const turn = { answer, before, all: this.#all }
    this.#sets.delete(name)
    this.#last.set(name, turn)
    const over = (): void => {
      if (this.#last.get(name) === turn) this.#last.delete(name)
    }
    answer.then(over, over)
    return answer
  }

  /** For a read that is to be behind the writes of a key: there while the last of them has not been sent. */
  whenSent(name: string): Promise<unknown> | undefined {
    const before = this.#last.get(name)?.before
    return before?.then(ignored, ignored)
  }

  /** One that concerns all keys: behind every write before it, and before every one after it if it has to wait. */
  takeAll<T>(send: () => Promise<T>): Promise<T> {
    const unanswered = Array.from(this.#last.values(), (turn) => turn.answer)
    if (this.#all !== undefined) unanswered.push(this.#all)
    if (unanswered.length === 0) return send()
    const answer = Promise.allSettled(unanswered).then(this.#inTime(send))
    this.#all = answer
    // A set that comes later is behind this, and none of those that wait.
    this.#sets.clear()
    const over = (): void => {
      if (this.#all === answer) this.#all = undefined
    }
    answer.then(over, over)
    return answer
  }

  /** For one that waits, from now on. */
  #inTime<T>(send: () => Promise<T>): () => Promise<T> {
    const waiting = this.#limit.begin()
    return () => {
      if (waiting.isOver) throw this.#limit.overrun()
      waiting.isOver = true
      return send()
    }
  }
}

function ignored(): void {}
