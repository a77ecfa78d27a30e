/** Who listens to the invalidations of one cache in this process, by partition; and the way to other processes. */
import { randomUUID } from 'node:crypto'
import { keyText } from '@stowage/core'
import type { Partition } from './scope.ts'
import { warnOnce } from './warning.ts'

/** What was invalidated, and whose it was. */
export interface Change {
  readonly partition: string
  readonly tags: readonly string[]
  readonly paths: readonly string[]
}

/** Carries texts between the processes of a service: Redis pub/sub, a message bus. */
export interface InvalidationChannel {
  publish(message: string): void | Promise<void>
  /**
   * @param listener is given what any process published, this one too.
   * @param onGap is to be called when messages may have been lost.
   */
  subscribe(listener: (message: string) => void, onGap: () => void): void
}

export interface Subscriber {
  hear(change: Change): void
  /** Something was missed. */
  miss(): void
}

export class InvalidationHub {
  readonly #subscribers = new Set<Subscriber>()
  readonly #channel: InvalidationChannel | undefined
  readonly #origin = randomUUID()

  constructor(channel: InvalidationChannel | undefined) {
    this.#channel = channel
    channel?.subscribe(
      (message) => this.#receive(message),
      () => {
        for (const subscriber of this.#subscribers) subscriber.miss()
      },
    )
  }

  add(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber)
    return () => this.#subscribers.delete(subscriber)
  }

  publish(change: Change): void {
    this.#deliver(change)
    void this.#send(JSON.stringify({ origin: this.#origin, ...change }))
  }

  #deliver(change: Change): void {
    for (const subscriber of this.#subscribers) subscriber.hear(change)
  }

  async #send(message: string): Promise<void> {
    try {
      await this.#channel?.publish(message)
    } catch (error) {
      warnOnce('STOWAGE_TRPC_CHANNEL', `browsers of other processes do not hear of an invalidation: ${String(error)}`)
    }
  }

  #receive(message: string): void {
    const change = changeIn(message)
    if (change !== undefined && change.origin !== this.#origin) this.#deliver(change)
  }
}

/** Undefined for what none of these hubs has published. */
function changeIn(message: string): (Change & { readonly origin: string }) | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(message)
  } catch {
    return undefined // Not ours; the channel may carry other texts.
  }
  return isChange(parsed) ? parsed : undefined
}

function isChange(value: unknown): value is Change & { readonly origin: string } {
  if (typeof value !== 'object' || value === null) return false
  const { origin, partition, tags, paths }: Partial<Record<string, unknown>> = { ...value }
  return typeof origin === 'string' && typeof partition === 'string' && isTexts(tags) && isTexts(paths)
}

function isTexts(list: unknown): boolean {
  return Array.isArray(list) && list.every((item) => typeof item === 'string')
}

/** Partitions as texts, which can be compared and sent. */
export function partitionText(partition: Partition): string {
  return keyText([partition])
}
