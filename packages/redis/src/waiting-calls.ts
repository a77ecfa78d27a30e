/**
 * Calls that cannot be sent yet, in the order in which they came, for each client: until it is connected, and what has to be done first on a
 * new connection has been.
 */
import type { RedisClient } from './client.ts'
import { listen } from './client-events.ts'

/** A call that has not been sent. */
interface Waiting {
  /** It goes before those that are not, however late it came. */
  readonly isAhead: boolean
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

export class WaitingCalls {
  readonly #known: (client: RedisClient) => Promise<void> | undefined
  readonly #lines = new Map<RedisClient, Line>()

  /** @param known what else is to be waited for once a client is connected */
  constructor(known: (client: RedisClient) => Promise<void> | undefined) {
    this.#known = known
  }

  /** Whether somebody waits already: who comes later is behind him. */
  has(client: RedisClient): boolean {
    return this.#lines.has(client)
  }

  /** @returns how to leave */
  wait(client: RedisClient, waiting: Waiting): () => void {
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
      const all = [...line.waiting]
      for (const waiting of all.filter(({ isAhead }) => isAhead)) act(waiting)
      for (const waiting of all.filter(({ isAhead }) => !isAhead)) act(waiting)
    }
    connected
      .then(() => this.#known(client))
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

function ignored(): void {}
