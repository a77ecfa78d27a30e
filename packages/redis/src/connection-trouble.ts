/**
 * Why there is no connection. Calls that wait for one end with a timeout, which says nothing of a wrong password or a name that does not
 * resolve: ioredis tells those as events, to whoever listens. Here is what it told last, in its words alone (reply.ts).
 */
import type { RedisClient } from './client.ts'
import { listen } from './client-events.ts'
import { faultOf } from './reply.ts'

/** What ioredis says of commands, and of connections, that went down with one: that, and not why. */
const EMPTY_WORDS =
  /^(Connection is closed|Reached the max retries|Stream isn't writeable|Command aborted|Cluster isn't ready|Failed to refresh slots)/

export class ConnectionTrouble {
  readonly #client: RedisClient
  readonly #keptMs: number
  readonly #stops: (() => void)[] = []
  #last: { readonly reason: Error; readonly tickMs: number } | undefined

  /** @param timeoutMs how long a call may take. What has gone wrong is of interest to those it happened to, some of which are told late */
  constructor(client: RedisClient, timeoutMs: number) {
    this.#client = client
    this.#keptMs = 2 * timeoutMs
    // What nobody listens to ioredis writes to the console, and so it shall be with a client that is not ours.
    if (client.listenerCount('error') > 0) this.#stops.push(listen(client, 'error', this.#onError))
    this.#stops.push(listen(client, 'node error', this.#onNodeError))
  }

  forget(): void {
    for (const stop of this.#stops) stop()
  }

  /** What a server has answered for which its connection is left. */
  met(thrown: unknown): void {
    this.#note(thrown, '')
  }

  /** Where no error says more. */
  closed(): void {
    if (!this.#isRecent) this.#note(new Error('the server closed it'), '')
  }

  /** Undefined: nothing has gone wrong with the connection, or nothing that is known. */
  get reason(): Error | undefined {
    const { status } = this.#client
    const last = this.#last?.reason
    if (status === 'connect') {
      const before = last === undefined ? '' : `; before: ${last.message}`
      return new Error(`the server has not said that it is ready, and may be loading its data${before}`, {
        cause: last,
      })
    }
    if (status !== 'ready') {
      return last === undefined
        ? new Error('there is no connection yet')
        : new Error(`no connection: ${last.message}`, { cause: last })
    }
    return this.#isRecent && last !== undefined
      ? new Error(`the connection was lost: ${last.message}`, { cause: last })
      : undefined
  }

  /** An error of the client, with the reason where it says none by itself. */
  explain(fault: Error): Error {
    const { reason } = this
    return reason === undefined || !EMPTY_WORDS.test(fault.message)
      ? fault
      : new Error(`${fault.message} (${reason.message})`, { cause: reason })
  }

  get #isRecent(): boolean {
    return this.#last !== undefined && performance.now() - this.#last.tickMs < this.#keptMs
  }

  readonly #onError = (thrown: unknown): void => this.#note(thrown, '')

  readonly #onNodeError = (thrown: unknown, address: unknown): void => this.#note(thrown, `${String(address)}: `)

  #note(thrown: unknown, prefix: string): void {
    const said = faultOf(thrown).message
    if (EMPTY_WORDS.test(said) && this.#last !== undefined) return
    this.#last = { reason: new Error(`${prefix}${said}`), tickMs: performance.now() }
  }
}
