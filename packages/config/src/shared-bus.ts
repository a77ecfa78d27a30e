/** A bus of the user's own, for each of those that were given it (several kinds, by their defaults): it is closed with the last of them. */
import type { Bus, MaybePromise } from '@stowage/core'

const holderCounts = new WeakMap<Bus, number>()

export function sharedBus(bus: Bus): Bus {
  holderCounts.set(bus, (holderCounts.get(bus) ?? 0) + 1)
  let isClosed = false
  const close = (): MaybePromise<void> => {
    if (isClosed) return undefined
    isClosed = true
    const leftCount = (holderCounts.get(bus) ?? 1) - 1
    holderCounts.set(bus, leftCount)
    return leftCount === 0 ? bus.close() : undefined
  }
  // A frozen one's own proxy could not answer otherwise than it does.
  const copy: Bus = { ...bus, close }
  // All else is as given: what methods it lacks the hybrid tells.
  return new Proxy(copy, {
    get(_, name): unknown {
      const own: unknown = name === 'close' ? close : Reflect.get(bus, name)
      const bound: unknown = typeof own === 'function' ? own.bind(bus) : own
      return bound
    },
  })
}
