/**
 * What has to be done first on a new connection to a server, before anything else may be sent.
 *
 * Nothing of a lost connection may be carried out after what the next one brings. A server that was stopped goes on with what it has
 * received on both, in any order: an old SET would overwrite a newer one, or bring back what has been deleted since. So the
 * old connection is ended on the server's side: what was sent there is carried out before that, or never. On that server only: another
 * has given the same number to somebody else.
 *
 * And the server says which one it is: after a failover it is another, which may know less (succession.ts). A Cluster says so by
 * who has a slot, and its connections are its own: node-connections.ts ends them.
 */
import { isCluster, type RedisClient } from './client.ts'
import { listen } from './client-events.ts'
import { ConnectionTrouble } from './connection-trouble.ts'
import { insistOn } from './insisting.ts'
import { LostByServer } from './lost-connections.ts'

export class Connection {
  readonly trouble: ConnectionTrouble
  readonly #client: RedisClient
  /** How the server calls the connection in use. */
  #id: string | undefined
  readonly #lost = new LostByServer()
  /** What the server has said that it is called; '': it does not say. */
  #runId = ''
  #server: string | undefined
  #known: PromiseWithResolvers<void> | undefined
  #unnamedCount = 0
  readonly #onServer: () => void
  readonly #stops: (() => void)[] = []

  /**
   * @param timeoutMs how long a call may take
   * @param onServer called when it is known who answers from now on
   */
  constructor(client: RedisClient, timeoutMs: number, onServer: () => void) {
    this.#client = client
    this.#onServer = onServer
    this.trouble = new ConnectionTrouble(client, timeoutMs)
    if (isCluster(client)) {
      this.#stops.push(listen(client, 'refresh', onServer))
      return
    }
    this.#known = Promise.withResolvers()
    this.#stops.push(listen(client, 'ready', this.#onReady), listen(client, 'close', this.#onClose))
    if (client.status === 'ready') this.#onReady()
  }

  /** Which server it is. Undefined in a Cluster. */
  get server(): string | undefined {
    return this.#server
  }

  /** There until the server has said who it is. */
  get known(): Promise<void> | undefined {
    return this.#known?.promise
  }

  forget(): void {
    this.trouble.forget()
    for (const stop of this.#stops) stop()
  }

  readonly #onReady = (): void => {
    insistOn(this.#client, 'client', 'id').then((id) => {
      this.#id = String(id)
    }, ignored)
    const known = this.#known
    const settle = (server: string | undefined): void => {
      this.#runId = server ?? ''
      // Before anything that waits.
      this.#lost.of(this.#runId).endOn(this.#client)
      // Who does not say is taken for another each time.
      this.#server = server ?? `unnamed ${++this.#unnamedCount}`
      if (known === this.#known) this.#known = undefined
      known?.resolve()
      this.#onServer()
    }
    insistOn(this.#client, 'info', 'server').then(
      (said) => settle(/^run_id:(\w+)/m.exec(String(said))?.[1]),
      () => {
        if (this.#client.status === 'ready') settle(undefined)
      },
    )
  }

  readonly #onClose = (): void => {
    // Of one that was not known yet nobody has made use.
    if (this.#known === undefined && this.#id !== undefined) this.#lost.of(this.#runId).add(['id', this.#id])
    this.#id = undefined
    this.#known ??= Promise.withResolvers()
    this.trouble.closed()
  }
}

function ignored(): void {}
