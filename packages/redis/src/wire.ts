/**
 * Sends commands and gives up in time. Nothing is handed to a client that is not connected, as ioredis would keep it and send it whenever
 * that may be, after newer writes of others. Who cannot be sent waits here, for as long as a call may take and in bounded number.
 */
import { messageOf, systemClock, TimeoutError, UsageError } from '@stowage/core'
import { type Argument, type Command, isCluster, type RedisClient } from './client.ts'
import { Connection } from './connection.ts'
import { type Deadline, Deadlines } from './deadlines.ts'
import { faultOf, kindOf, type Reply } from './reply.ts'
import type { Script } from './scripts/script.ts'
import { WaitingCalls } from './waiting-calls.ts'

/** Calls that may be under way or waiting for a connection: what they hold is memory. */
const MAX_PENDING = 100_000
/** As soon as a connection that was lost is tried again at the latest. */
const LATER_MS = 1_000

type Answered<T> = (answer: T) => void
type Failed = (thrown: unknown) => void
/** Sends something, and tells what it comes to. */
type Send<T> = (answered: Answered<T>, failed: Failed) => void

/** Who waits for a call. */
interface Caller<T> {
  readonly isAhead?: boolean
  readonly answered: Answered<T>
  readonly failed: Failed
}

export class Wire {
  readonly client: RedisClient
  readonly timeoutMs: number
  readonly #deadlines: Deadlines
  readonly #connection: Connection
  readonly #serverListeners = new Set<() => void>()
  #pendingCount = 0
  readonly #lines: WaitingCalls
  /** There once the backend is closed; resolves when nothing is under way. */
  #drained: PromiseWithResolvers<void> | undefined

  constructor(client: RedisClient, timeoutMs: number) {
    this.client = client
    this.timeoutMs = timeoutMs
    this.#deadlines = new Deadlines(timeoutMs, this.overrun)
    this.#connection = new Connection(client, timeoutMs, () => {
      for (const listener of this.#serverListeners) listener()
    })
    this.#lines = new WaitingCalls((waited) => (waited === client ? this.#connection.known : undefined))
  }

  /** @throws UsageError */
  requireOpen(): void {
    if (this.#drained !== undefined) throw closedError()
  }

  /** One command. @throws TimeoutError, or Error as the server or the connection says */
  call(command: Command, client: RedisClient = this.client): Promise<Reply> {
    return this.#promised(() => client.callBuffer(...command), client)
  }

  /** The same without a promise, for what many wait for at once, or for the last one on the way of a hit. */
  ask(command: Command, answered: Answered<Reply>, failed: Failed): void {
    const { client } = this
    this.#inTime((answer, fail) => void client.callBuffer(...command).then(answer, fail), client, { answered, failed })
  }

  /**
   * Two in this order, each in a write of its own: the server wakes up for the first while the second is being made. Not for a Cluster,
   * which may be told to ask elsewhere for one of them. Gives what the first was answered, when the second has been.
   */
  askBoth(first: Command, second: Command, answered: Answered<Reply>, failed: Failed): void {
    const { client } = this
    const send: Send<Reply> = (answer, fail) => {
      let firstAnswer: { readonly reply: Reply } | undefined
      client.callBuffer(...first).then((reply) => {
        firstAnswer = { reply }
      }, fail)
      client.callBuffer(...second).then(() => {
        // A user's client may send the first again.
        if (firstAnswer === undefined) fail(new Error('the server answered out of order'))
        else answer(firstAnswer.reply)
      }, fail)
    }
    this.#inTime(send, client, { answered, failed })
  }

  /** Several in one write, none of which depends on another. An answer may be an error, as of {@link faultOf}. */
  pipeline(commands: readonly Command[]): Promise<readonly Reply[]> {
    return this.#promised(async () => {
      const pipeline = this.client.pipeline()
      for (const command of commands) pipeline.callBuffer(...command)
      return answersOf(await pipeline.exec())
    }, this.client)
  }

  /** A script by its hash, if it has one; where the server does not know it, by its text, from which it learns it. */
  run({ sha, text }: Script, keys: readonly string[], args: readonly Argument[]): Promise<Reply> {
    const byText = (): Promise<Reply> => this.call(['eval', text, String(keys.length), ...keys, ...args])
    if (sha === undefined) return byText()
    return this.call(['evalsha', sha, String(keys.length), ...keys, ...args]).catch((thrown: unknown) => {
      if (kindOf(thrown) !== 'NOSCRIPT') throw thrown
      return byText()
    })
  }

  /** An unconditional script, ahead of all calls that could not be sent yet: what a server has to be told before it is asked anything. */
  runAhead({ text }: Script, keys: readonly string[], args: readonly Argument[]): Promise<Reply> {
    const { client } = this
    const send = (): Promise<Reply> => client.callBuffer('eval', text, String(keys.length), ...keys, ...args)
    return this.#promised(send, client, true)
  }

  /** What `pick` finds on the client once it is connected: a cluster does not know its servers before. */
  connected<T>(pick: (client: RedisClient) => T): Promise<T> {
    return this.#promised(() => Promise.resolve(pick(this.client)), this.client)
  }

  get isCluster(): boolean {
    return isCluster(this.client)
  }

  /** Asks a Cluster, in the background, which servers it has and who has which slot. */
  lookForServers(): void {
    if (isCluster(this.client)) this.client.refreshSlotsCache()
  }

  /**
   * Which server answers for a slot, in a Cluster, or at all. Another text: another server, which may know less than the one before.
   * Undefined: that is not known.
   */
  serverOf(slot: number | undefined): string | undefined {
    if (!isCluster(this.client)) return this.#connection.server
    return slot === undefined ? undefined : this.client.slots[slot]?.[0]
  }

  /** Calls the listener whenever {@link serverOf} may say another thing than before. */
  onServer(listener: () => void): void {
    this.#serverListeners.add(listener)
  }

  /** Calls it in a moment, unless this is closed by then. */
  later(act: () => void): void {
    systemClock.schedule(LATER_MS, () => {
      if (this.#drained === undefined) act()
    })
  }

  /** No further calls; resolves when the last one has been answered or given up. */
  close(): Promise<void> {
    if (this.#drained === undefined) {
      this.#drained = Promise.withResolvers()
      // Who waits for the connection is not given up by this.
      void this.#drained.promise.then(() => this.#connection.forget())
      if (this.#pendingCount === 0) this.#drained.resolve()
    }
    return this.#drained.promise
  }

  /** What a call that has taken too long is told, and why it has where the connection says so. */
  readonly overrun = (): TimeoutError => new TimeoutError('backend', this.timeoutMs, this.#connection.trouble.reason)

  /** For who waits before anything is sent: over when that has taken as long as a call may. */
  beginWait(): Deadline {
    return this.#deadlines.begin(ignored)
  }

  #promised<T>(send: () => Promise<T>, client: RedisClient, isAhead = false): Promise<T> {
    return new Promise((answered, failed) =>
      this.#inTime<T>((answer, fail) => void send().then(answer, fail), client, { answered, failed, isAhead }),
    )
  }

  /** Whatever comes after the deadline comes to nobody; one of the two is told once. */
  #inTime<T>(send: Send<T>, client: RedisClient, { answered, failed, isAhead = false }: Caller<T>): void {
    const refusal = this.#refusal()
    if (refusal !== undefined) {
      failed(refusal)
      return
    }
    this.#pendingCount += 1
    let leave: (() => void) | undefined
    const deadline = this.#deadlines.begin(() => {
      leave?.()
      this.#settled()
      failed(this.overrun())
    })
    const answer = (given: T): void => {
      if (deadline.isOver) return
      deadline.isOver = true
      this.#settled()
      answered(given)
    }
    const fail = (thrown: unknown): void => {
      if (deadline.isOver) return
      deadline.isOver = true
      this.#settled()
      failed(this.#connection.trouble.explain(faultOf(thrown)))
    }
    const go = (): void => {
      try {
        send(answer, (thrown) => {
          this.#noteTrouble(thrown)
          fail(thrown)
        })
      } catch (thrown) {
        // A client that throws and does not answer.
        fail(thrown)
      }
    }
    if (client.status === 'ready' && this.#connection.known === undefined && !this.#lines.has(client)) go()
    else leave = this.#lines.wait(client, { go, fail, isAhead })
  }

  #refusal(): Error | undefined {
    if (this.#drained !== undefined) return closedError()
    return this.#pendingCount >= MAX_PENDING
      ? new Error(`more than ${MAX_PENDING} calls wait for the server`)
      : undefined
  }

  #noteTrouble(thrown: unknown): void {
    // A cluster that has lost a server asks the others who has its place, at once and not when the next look is due.
    if (isCluster(this.client) && isLost(thrown)) this.client.refreshSlotsCache()
    if (kindOf(thrown) === 'READONLY') this.#connection.trouble.met(thrown)
  }

  #settled(): void {
    this.#pendingCount -= 1
    if (this.#pendingCount === 0) this.#drained?.resolve()
  }
}

function closedError(): UsageError {
  return new UsageError('redis: the backend is closed')
}

function isLost(thrown: unknown): boolean {
  return messageOf(thrown).startsWith('Connection is closed') || kindOf(thrown) === 'CLUSTERDOWN'
}

function ignored(): void {}

function answersOf(answers: [error: Error | null, reply: unknown][] | null): readonly Reply[] {
  if (answers === null) throw new Error('the pipeline was aborted')
  return answers.map(([error, reply]) => (error === null ? reply : faultOf(error)))
}
