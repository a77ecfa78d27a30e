/**
 * What one server tells of changed keys (CLIENT TRACKING). ioredis drops what the server pushes to a RESP3 connection, so that the
 * connection that reads and writes is tracked, and what concerns it is redirected to a second one that speaks RESP2. BCAST and PREFIX:
 * the server keeps no list of what was read. NOLOOP: not what the
 * tracked connection wrote itself; what its scripts wrote the server tells all the same.
 *
 * Either connection may be lost, and with it what was told meanwhile; a redirection that leads nowhere is no error anywhere. So both are
 * looked at in short intervals, everything is set up anew when anything is amiss, and each time it is told that something may
 * have been missed: when it breaks, and again when it is whole.
 */
import { type CancelTimer, systemClock } from '@stowage/core'
import type { ServerClient, Subscriber } from './client.ts'

const CHANNEL = '__redis__:invalidate'
/** How long a silence may be that is none. */
const LOOK_MS = 1_000

export interface Hearing {
  /** Names of keys that others have changed. */
  readonly changed: (names: readonly string[]) => void
  readonly gap: () => void
}

export class InvalidationChannel {
  readonly client: ServerClient
  readonly #prefixes: readonly string[]
  readonly #hearing: Hearing
  #subscriber: Subscriber | undefined
  #cancelLook: CancelTimer = ignored
  #isOver = false

  constructor(client: ServerClient, prefixes: readonly string[], hearing: Hearing) {
    this.client = client
    this.#prefixes = prefixes
    this.#hearing = hearing
    client.on('close', this.#broken)
    this.#setUpAgain()
  }

  stop(): void {
    this.#isOver = true
    this.#cancelLook()
    this.client.off('close', this.#broken)
    this.#drop()
    if (this.client.status === 'ready') this.client.callBuffer('client', 'tracking', 'off').catch(ignored)
  }

  readonly #broken = (): void => {
    // Told once; until it is whole again nothing else is told anyway.
    if (this.#subscriber === undefined) return
    this.#drop()
    this.#hearing.gap()
  }

  /** Looks after it for as long as it is wanted. */
  async #keepUp(): Promise<void> {
    try {
      if (this.#subscriber === undefined) await this.#setUp()
      else if (!(await this.#isWhole(this.#subscriber))) this.#broken()
    } catch {
      // It is not whole: what the trouble is, the operations on entries say.
      this.#broken()
      this.#drop()
    }
    this.#setUpAgain(LOOK_MS)
  }

  #setUpAgain(delayMs = 0): void {
    if (this.#isOver) return
    this.#cancelLook = systemClock.schedule(delayMs, () => void this.#keepUp())
  }

  async #setUp(): Promise<void> {
    // Of a Cluster's servers some have not been needed yet.
    if (this.client.status === 'wait') await this.client.connect()
    if (this.client.status !== 'ready') return
    const subscriber = this.client.duplicate({
      protocol: 2,
      lazyConnect: true,
      retryStrategy: () => null,
      socketTimeout: LOOK_MS,
    })
    subscriber.on('error', ignored)
    subscriber.on('messageBuffer', (_, names) => this.#heard(subscriber, names))
    try {
      await this.#redirectTo(subscriber)
    } catch (thrown) {
      subscriber.disconnect()
      throw thrown
    }
    if (this.#isOver) {
      subscriber.disconnect()
      return
    }
    this.#subscriber = subscriber
    subscriber.on('close', () => {
      if (this.#subscriber === subscriber) this.#broken()
    })
    this.#hearing.gap()
  }

  async #redirectTo(subscriber: Subscriber): Promise<void> {
    await subscriber.connect()
    const id = String(await subscriber.callBuffer('client', 'id'))
    await subscriber.subscribe(CHANNEL)
    await this.client.callBuffer('client', 'tracking', 'off')
    const prefixes = this.#prefixes.flatMap((prefix) => ['prefix', prefix])
    await this.client.callBuffer('client', 'tracking', 'on', 'redirect', id, 'bcast', ...prefixes, 'noloop')
  }

  #heard(subscriber: Subscriber, names: unknown): void {
    if (subscriber !== this.#subscriber) return
    // Nothing by name: the whole server has been emptied.
    if (Array.isArray(names)) this.#hearing.changed(names.map(String))
    else this.#hearing.gap()
  }

  async #isWhole(subscriber: Subscriber): Promise<boolean> {
    if (subscriber.status !== 'ready') return false
    const [flags] = await Promise.all([this.client.callBuffer('client', 'trackinginfo'), subscriber.ping()])
    const told = String(flags)
    return told.includes('on,') && !told.includes('broken_redirect')
  }

  #drop(): void {
    this.#subscriber?.disconnect()
    this.#subscriber = undefined
  }
}

function ignored(): void {}
