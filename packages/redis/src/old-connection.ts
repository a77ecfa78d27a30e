/**
 * Nothing of a lost connection may be carried out after what the next one brings. A server that was stopped goes on with what it has
 * received on both, in any order: an old SET would overwrite a newer one, or bring back what has been deleted since. So the first command
 * on a new connection is to end the old one on the server's side: what was sent there is carried out before that, or never.
 */
import type { RedisClient } from './client.ts'

export class OldConnection {
  readonly #client: RedisClient
  /** How the server calls the connection in use. */
  #current: string | undefined
  /** One that has been lost, and may not be over for the server. */
  #lost: string | undefined

  constructor(client: RedisClient) {
    this.#client = client
    if (client.isCluster) return
    client.on('ready', this.#onReady)
    client.on('close', this.#onClose)
    if (client.status === 'ready') this.#onReady()
  }

  /** To be called before each command. */
  endFirst(): void {
    if (this.#lost === undefined) return
    const id = this.#lost
    this.#lost = undefined
    // That it is gone already is an error too. A user who may not do so does without.
    this.#client.callBuffer('client', 'kill', 'id', id).catch(ignored)
  }

  forget(): void {
    this.#client.off('ready', this.#onReady)
    this.#client.off('close', this.#onClose)
  }

  readonly #onReady = (): void => {
    this.endFirst()
    this.#client.callBuffer('client', 'id').then((id) => {
      this.#current = String(id)
    }, ignored)
  }

  readonly #onClose = (): void => {
    this.#lost = this.#current ?? this.#lost
    this.#current = undefined
  }
}

function ignored(): void {}
