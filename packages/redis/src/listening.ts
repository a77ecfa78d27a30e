/**
 * A connection that listens to one channel, kept whole: it is looked after in short intervals, made anew when anything is amiss, and each
 * break is told twice, when it begins and when it is over. In between nothing is heard.
 */
import { type BusGap, type CancelTimer, systemClock } from '@stowage/core'
import type { ServerClient, Subscriber } from './client.ts'
import { listen } from './client-events.ts'

/** How long a silence may be that is none. */
export const LOOK_MS = 1_000
/** How soon it is tried again while the client itself has no connection. */
const READY_LOOK_MS = 50

export interface ListeningRules {
  /** Whose server it is to be; undefined: that is not known yet. A break of this client's connection is one of the listening too. */
  readonly server: () => ServerClient | undefined
  /** What a message comes as: text, or whatever the server said. */
  readonly event: 'message' | 'messageBuffer'
  readonly channel: string
  /** What makes it whole, besides the subscription. */
  readonly finish: (server: ServerClient, subscriberId: string) => Promise<unknown>
  /** Whether it still is, asked at each look. A failure says that it is not. */
  readonly isWhole: (server: ServerClient) => Promise<boolean>
  readonly heard: (said: unknown) => void
  readonly gap: (gap: BusGap) => void
}

export class Listening {
  readonly #rules: ListeningRules
  #server: ServerClient | undefined
  #stopHearing: () => void = ignored
  #subscriber: Subscriber | undefined
  /** One that is not set up yet. */
  #next: Subscriber | undefined
  #cancelLook: CancelTimer = ignored
  #isOver = false

  constructor(rules: ListeningRules) {
    this.#rules = rules
    this.#lookLater(0)
  }

  get isOpen(): boolean {
    return this.#subscriber !== undefined
  }

  stop(): void {
    this.#isOver = true
    this.#cancelLook()
    this.#drop()
    // While no Sentinel answers it would connect for ever, and keep the process alive.
    this.#next?.disconnect()
  }

  /** Something shows that nothing is heard any more. */
  readonly break = (): void => {
    // Told once; until it is whole again nothing else is told anyway.
    if (this.#subscriber === undefined) return
    this.#drop()
    this.#rules.gap('open')
  }

  #lookLater(delayMs: number): void {
    if (this.#isOver) return
    this.#cancelLook = systemClock.schedule(delayMs, () => void this.#look())
  }

  async #look(): Promise<void> {
    const isWaiting = this.#rules.server()?.status !== 'ready'
    try {
      if (this.#subscriber === undefined) await this.#setUp()
      else if (!(await this.#isWhole(this.#subscriber))) this.break()
    } catch {
      // It is not whole: what the trouble is, the operations on entries say.
      this.break()
    }
    this.#lookLater(isWaiting && this.#subscriber === undefined ? READY_LOOK_MS : LOOK_MS)
  }

  async #setUp(): Promise<void> {
    const server = this.#rules.server()
    if (server === undefined) return
    // Of a Cluster's servers some have not been needed yet.
    if (server.status === 'wait') await server.connect()
    if (server.status !== 'ready') return
    const { channel, event, finish, heard, gap } = this.#rules
    const subscriber = server.duplicate({
      protocol: 2,
      lazyConnect: true,
      retryStrategy: () => null,
      socketTimeout: LOOK_MS,
    })
    subscriber.on('error', ignored)
    subscriber.on(event, (_, said) => {
      if (subscriber === this.#subscriber) heard(said)
    })
    let isLost = false
    subscriber.on('close', () => {
      isLost = true
      if (subscriber === this.#subscriber) this.break()
    })
    this.#next = subscriber
    try {
      await subscriber.connect()
      const id = String(await subscriber.callBuffer('client', 'id'))
      await subscriber.subscribe(channel)
      await finish(server, id)
    } catch (thrown) {
      subscriber.disconnect()
      throw thrown
    } finally {
      this.#next = undefined
    }
    if (this.#isOver || isLost) {
      subscriber.disconnect()
      return
    }
    this.#subscriber = subscriber
    this.#server = server
    this.#stopHearing = listen(server, 'close', this.break)
    gap('over')
  }

  async #isWhole(subscriber: Subscriber): Promise<boolean> {
    if (subscriber.status !== 'ready' || this.#server === undefined) return false
    const [isWhole] = await Promise.all([this.#rules.isWhole(this.#server), subscriber.ping()])
    return isWhole
  }

  #drop(): void {
    this.#stopHearing()
    this.#server = undefined
    this.#subscriber?.disconnect()
    this.#subscriber = undefined
  }
}

function ignored(): void {}
