/**
 * What a client tells, to many who want to know: an application has one client and a cache for each purpose on it, and Node takes more
 * than ten listeners of one event for a leak.
 */
import type { RedisClient } from './client.ts'

type Listener = (...args: unknown[]) => void

interface Heard {
  readonly listeners: Set<Listener>
  readonly tell: Listener
}

const heardOf = new WeakMap<RedisClient, Map<string, Heard>>()

/** @returns how to stop */
export function listen(client: RedisClient, event: string, listener: Listener): () => void {
  const events = heardOf.get(client) ?? new Map<string, Heard>()
  heardOf.set(client, events)
  const heard = events.get(event) ?? begin()
  heard.listeners.add(listener)
  return () => {
    heard.listeners.delete(listener)
    if (heard.listeners.size > 0 || events.get(event) !== heard) return
    events.delete(event)
    client.off(event, heard.tell)
  }

  function begin(): Heard {
    const listeners = new Set<Listener>()
    // As an emitter does: whoever comes or goes meanwhile makes no difference.
    const tell: Listener = (...args) => {
      for (const each of [...listeners]) each(...args)
    }
    const begun = { listeners, tell }
    events.set(event, begun)
    client.on(event, tell)
    return begun
  }
}
