/**
 * What no policy can beat: of all entries and the newcomer, the one that is wanted again last goes (L. A. Belady, "A study of
 * replacement algorithms for a virtual-storage computer", 1966). It knows the future.
 */
import type { Trace } from './traces.ts'

export function optimalHits(trace: Trace, capacity: number): number {
  const nextUse = nextUses(trace)
  /** By key, when it is wanted next. */
  const held = new Map<number, number>()
  const order = new LatestFirst()
  let hits = 0
  trace.forEach((key, at) => {
    const next = nextUse[at] ?? Number.POSITIVE_INFINITY
    if (held.has(key)) hits++
    held.set(key, next)
    order.push(key, next)
    if (held.size > capacity) held.delete(order.popHeld(held))
  })
  return hits
}

function nextUses(trace: Trace): Float64Array {
  const nextUse = new Float64Array(trace.length)
  const seenAt = new Map<number, number>()
  for (let at = trace.length - 1; at >= 0; at--) {
    const key = trace[at] ?? 0
    // What is never wanted again goes in some order of its own.
    nextUse[at] = seenAt.get(key) ?? 1e9 + at
    seenAt.set(key, at)
  }
  return nextUse
}

/** A binary heap of keys by next use, latest on top. What has been used since is passed over. */
class LatestFirst {
  private readonly keys: number[] = []
  private readonly nexts: number[] = []

  push(key: number, next: number): void {
    let at = this.keys.length
    for (; at > 0; ) {
      const parent = (at - 1) >> 1
      if (this.nextAt(parent) >= next) break
      this.move(parent, at)
      at = parent
    }
    this.keys[at] = key
    this.nexts[at] = next
  }

  popHeld(held: ReadonlyMap<number, number>): number {
    for (;;) {
      const key = this.keys[0] ?? 0
      const next = this.nextAt(0)
      this.dropTop()
      if (held.get(key) === next) return key
    }
  }

  private dropTop(): void {
    const key = this.keys.pop() ?? 0
    const next = this.nexts.pop() ?? 0
    const { length } = this.keys
    if (length === 0) return
    let at = 0
    for (;;) {
      const left = at * 2 + 1
      if (left >= length) break
      const child = left + 1 < length && this.nextAt(left + 1) > this.nextAt(left) ? left + 1 : left
      if (this.nextAt(child) <= next) break
      this.move(child, at)
      at = child
    }
    this.keys[at] = key
    this.nexts[at] = next
  }

  private move(from: number, to: number): void {
    this.keys[to] = this.keys[from] ?? 0
    this.nexts[to] = this.nextAt(from)
  }

  private nextAt(at: number): number {
    return this.nexts[at] ?? Number.POSITIVE_INFINITY
  }
}
