/**
 * Sends commands and gives up in time. Nothing is handed to a client that is not connected, as ioredis would keep it and send it whenever
 * that may be, after newer writes of others. Who cannot be sent waits here, for as long as a call may take and in bounded number.
 */
import { messageOf, TimeoutError, UsageError } from '@stowage/core'
import { type Argument, type Command, isCluster, type RedisClient } from './client.ts'
import { listen } from './client-events.ts'
import { Connection } from './connection.ts'
import { type Deadline, Deadlines } from './deadlines.ts'
import { faultOf, kindOf, type Reply } from './reply.ts'
import type { Script } from './scripts/script.ts'

/** Calls that may be under way or waiting for a connection: what they hold is memory. */
const MAX_PENDING = 100_000

/** A call that has not been sent. */
interface Waiting {
  readonly go: () => void
  readonly fail: (thrown: unknown) => void
}

/** Calls that wait for one client. */
interface Line {
  /** In the order in which they came. Who is given up leaves, and takes what it would have sent along: a server may be away for hours. */
  readonly waiting: Set<Waiting>
  /** When nobody waits any more. */
  readonly disband: () => void
}

export class Wire {
  readonly client: RedisClient
  readonly timeoutMs: number
  readonly #deadlines: Deadlines
  readonly #connection: Connection
  #pendingCount = 0
  readonly #lines = new Map<RedisClient, Line>()
  /** There once the backend is closed; resolves when nothing is under way. */
  #drained: PromiseWithResolvers<void> | undefined

  constructor(client: RedisClient, timeoutMs: number) {
    this.client = client
    this.timeoutMs = timeoutMs
    this.#deadlines = new Deadlines(timeoutMs, this.overrun)
    this.#connection = new Connection(client, timeoutMs)
  }

  /** @throws UsageError */
  requireOpen(): void {
    if (this.#drained !== undefined) throw new UsageError('redis: the backend is closed')
  }

  /** One command. @throws TimeoutError, or Error as the server or the connection says */
  call(command: Command, client: RedisClient = this.client): Promise<Reply> {
    return this.#inTime(() => client.callBuffer(...command), client)
  }

  /**
   * Two in this order, each in a write of its own: the server wakes up for the first while the second is being made. Not for a Cluster,
   * which may be told to ask elsewhere for one of them.
   */
  callBoth(first: Command, second: Command): Promise<readonly [first: Reply, second: Reply]> {
    return this.#inTime(() => {
      let isFirstAnswered = false
      const answeredFirst = this.client.callBuffer(...first).then((reply) => {
        isFirstAnswered = true
        return reply
      })
      const answered = this.client.callBuffer(...second).then((reply) => {
        // A user's client may send the first again.
        if (!isFirstAnswered) throw new Error('the server answered out of order')
        return reply
      })
      return Promise.all([answeredFirst, answered])
    }, this.client)
  }

  /** Several in one write, none of which depends on another. An answer may be an error, as of {@link faultOf}. */
  pipeline(commands: readonly Command[]): Promise<readonly Reply[]> {
    return this.#inTime(async () => {
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

  /** What `pick` finds on the client once it is connected: a cluster does not know its servers before. */
  connected<T>(pick: (client: RedisClient) => T): Promise<T> {
    return this.#inTime(() => Promise.resolve(pick(this.client)), this.client)
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

  /** No further calls; resolves when the last one has been answered or given up. */
  close(): Promise<void> {
    if (this.#drained === undefined) {
      this.#drained = Promise.withResolvers()
      this.#connection.forget()
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

  #inTime<T>(send: () => Promise<T>, client: RedisClient): Promise<T> {
    return new Promise((resolve, reject) => {
      this.requireOpen()
      if (this.#pendingCount >= MAX_PENDING) throw new Error(`more than ${MAX_PENDING} calls wait for the server`)
      this.#pendingCount += 1
      let leave: (() => void) | undefined
      const deadline = this.#deadlines.begin(() => {
        leave?.()
        reject(this.overrun())
        this.#settled()
      })
      // Whatever comes after the deadline comes to nobody.
      const settle = (settled: () => void): void => {
        if (deadline.isOver) return
        deadline.isOver = true
        settled()
        this.#settled()
      }
      const go = (): void => {
        send().then(
          (answer) => settle(() => resolve(answer)),
          (thrown: unknown) => {
            // A cluster that has lost a server asks the others who has its place, at once and not when the next look is due.
            if (isCluster(this.client) && isLost(thrown)) this.client.refreshSlotsCache()
            if (kindOf(thrown) === 'READONLY') this.#connection.trouble.met(thrown)
            settle(() => reject(this.#connection.trouble.explain(faultOf(thrown))))
          },
        )
      }
      if (client.status === 'ready' && this.#connection.known === undefined && !this.#lines.has(client)) go()
      else {
        const fail = (thrown: unknown): void => settle(() => reject(this.#connection.trouble.explain(faultOf(thrown))))
        leave = this.#wait(client, { go, fail })
      }
    })
  }

  #settled(): void {
    this.#pendingCount -= 1
    if (this.#pendingCount === 0) this.#drained?.resolve()
  }

  /** @returns how to leave */
  #wait(client: RedisClient, waiting: Waiting): () => void {
    const line = this.#lines.get(client) ?? this.#lineFor(client)
    line.waiting.add(waiting)
    return () => {
      line.waiting.delete(waiting)
      if (line.waiting.size > 0 || this.#lines.get(client) !== line) return
      this.#lines.delete(client)
      line.disband()
    }
  }

  #lineFor(client: RedisClient): Line {
    const { connected, stop } = connecting(client)
    const line: Line = { waiting: new Set(), disband: stop }
    this.#lines.set(client, line)
    const over = (act: (waiting: Waiting) => void): void => {
      // First, so that nobody comes in between.
      if (this.#lines.get(client) === line) this.#lines.delete(client)
      for (const waiting of line.waiting) act(waiting)
    }
    connected
      .then(() => (client === this.client ? this.#connection.known : undefined))
      .then(
        () => over(({ go }) => go()),
        (thrown: unknown) => over(({ fail }) => fail(thrown)),
      )
    return line
  }
}

/** Over with the connection or with the client, or when it is stopped. */
function connecting(client: RedisClient): { readonly connected: Promise<void>; readonly stop: () => void } {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let stops: readonly (() => void)[] = []
  const stop = (): void => {
    for (const each of stops) each()
  }
  const onReady = (): void => {
    stop()
    resolve()
  }
  const onEnd = (): void => {
    stop()
    reject(new Error('the client has been disconnected'))
  }
  if (client.status === 'ready') resolve()
  else {
    stops = [listen(client, 'ready', onReady), listen(client, 'end', onEnd)]
    if (client.status === 'end') onEnd()
    // A client told not to connect before it is needed. What goes wrong, its own events say.
    else if (client.status === 'wait') client.connect().catch(ignored)
  }
  return { connected: promise, stop }
}

function isLost(thrown: unknown): boolean {
  return messageOf(thrown).startsWith('Connection is closed') || kindOf(thrown) === 'CLUSTERDOWN'
}

function ignored(): void {}

function answersOf(answers: [error: Error | null, reply: unknown][] | null): readonly Reply[] {
  if (answers === null) throw new Error('the pipeline was aborted')
  return answers.map(([error, reply]) => (error === null ? reply : faultOf(error)))
}
