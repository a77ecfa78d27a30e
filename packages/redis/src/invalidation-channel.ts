/**
 * What one server tells of changed keys (CLIENT TRACKING). ioredis drops what the server pushes to a RESP3 connection, so that the
 * connection that reads and writes is tracked, and what concerns it is redirected to a second one that speaks RESP2. BCAST and PREFIX:
 * the server keeps no list of what was read. NOLOOP: not what the
 * tracked connection wrote itself; what its scripts wrote the server tells all the same.
 *
 * Either connection may be lost, and with it what was told meanwhile; a redirection that leads nowhere is no error anywhere. So both are
 * looked at in short intervals (listening.ts), and everything is set up anew when anything is amiss.
 */
import type { BusGap } from '@stowage/core'
import type { Command, ServerClient } from './client.ts'
import { Listening } from './listening.ts'
import type { Reply } from './reply.ts'

const CHANNEL = '__redis__:invalidate'

export interface Hearing {
  /** Asks the server, and gives up in time: what was under way when a connection was lost, ioredis may never answer. */
  readonly ask: (command: Command) => Promise<Reply>
  /** Names of keys that others have changed. */
  readonly changed: (names: readonly string[]) => void
  readonly gap: (gap: BusGap) => void
}

export class InvalidationChannel {
  readonly #client: ServerClient
  readonly #prefixes: readonly string[]
  readonly #ask: Hearing['ask']
  readonly #listening: Listening
  #subscriberId = ''

  constructor(client: ServerClient, prefixes: readonly string[], { ask, changed, gap }: Hearing) {
    this.#client = client
    this.#ask = ask
    this.#prefixes = prefixes
    this.#listening = new Listening({
      server: () => client,
      event: 'messageBuffer',
      channel: CHANNEL,
      finish: (_, subscriberId) => this.#redirectTo(subscriberId),
      isWhole: () => this.#isRedirected(),
      // Nothing by name: the whole server has been emptied.
      heard: (names) => (Array.isArray(names) ? changed(names.map(String)) : gap('over')),
      gap,
    })
  }

  stop(): void {
    this.#listening.stop()
    if (this.#client.status === 'ready') this.#client.callBuffer('client', 'tracking', 'off').catch(ignored)
  }

  async #redirectTo(subscriberId: string): Promise<void> {
    this.#subscriberId = subscriberId
    await this.#ask(['client', 'tracking', 'off'])
    const prefixes = this.#prefixes.flatMap((prefix) => ['prefix', prefix])
    await this.#ask(['client', 'tracking', 'on', 'redirect', subscriberId, 'bcast', ...prefixes, 'noloop'])
  }

  async #isRedirected(): Promise<boolean> {
    const told = String(await this.#ask(['client', 'trackinginfo']))
    // To this one: whoever else uses the client may have set up a tracking of their own.
    return told.includes(`,redirect,${this.#subscriberId},`) && !told.includes('broken_redirect')
  }
}

function ignored(): void {}
