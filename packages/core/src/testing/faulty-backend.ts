/**
 * A backend that fails on demand, around any other: it throws, hangs, answers late, writes half, returns flipped bytes or
 * refuses. Shipped so that users can try their own service against a failing cache.
 */
import type { Backend, Encoded, NewEntry, StoredEntry } from '../backend.ts'
import type { Clock } from '../clock.ts'
import type { BackendMiss, MaybePromise, WriteOutcome } from '../vocabulary.ts'

/** Operations that can be made to fail. */
export type FaultyOperation =
  | 'get'
  | 'set'
  | 'delete'
  | 'discard'
  | 'touch'
  | 'isStill'
  | 'invalidate'
  | 'lease'
  | 'renew'
  | 'release'
  | 'usage'
  | 'sweep'
  | 'scan'
  | 'check'
  | 'close'

export type Fault =
  /** Fails at once. */
  | { readonly kind: 'throw'; readonly error: unknown }
  /** Fails by its promise. */
  | { readonly kind: 'reject'; readonly error: unknown }
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Does the work at once, answers later. */
  | { readonly kind: 'late'; readonly delayMs: number }
  /** `set` stores half of the bytes and says it stored. Backends that hold values are not affected. */
  | { readonly kind: 'torn' }
  /** `get` returns bytes with one bit flipped. */
  | { readonly kind: 'corrupt' }
  /** `set` refuses for want of room. */
  | { readonly kind: 'refuse' }

export interface FaultyBackend extends Backend {
  /** Makes an operation fail that way until healed. */
  inject(operation: FaultyOperation, fault: Fault): void
  /** Takes all faults back; calls that hang stay hanging. */
  heal(): void
  /** Calls per operation so far, failing ones included. */
  readonly callCounts: ReadonlyMap<FaultyOperation, number>
}

export function faultyBackend(inner: Backend, clock: Clock): FaultyBackend {
  const faults = new Map<FaultyOperation, Fault>()
  const callCounts = new Map<FaultyOperation, number>()
  const pass = <T>(operation: FaultyOperation, run: () => MaybePromise<T>): MaybePromise<T> => {
    callCounts.set(operation, (callCounts.get(operation) ?? 0) + 1)
    const fault = faults.get(operation)
    if (fault?.kind === 'throw') throw fault.error
    if (fault?.kind === 'reject') return Promise.reject(fault.error)
    if (fault?.kind === 'hang') return new Promise<T>(() => undefined)
    if (fault?.kind === 'late') return lateAnswer(clock, fault.delayMs, run)
    return run()
  }
  const faulty: FaultyBackend = {
    name: inner.name,
    syncTier: inner.syncTier,
    // A hybrid's far tier is beyond this wrapper; wrap the tiers to make them fail.
    get truth() {
      return inner.truth === inner ? faulty : inner.truth
    },
    capabilities: inner.capabilities,
    callCounts,
    inject: (operation, fault) => void faults.set(operation, fault),
    heal: () => faults.clear(),
    // The fast path answers only from what `get` would answer too: while get fails, it says nothing.
    getSync: (key, nowMs, recency) => (faults.has('get') ? undefined : inner.getSync(key, nowMs, recency)),
    get: (key, nowMs) =>
      pass('get', async () => {
        const found = await inner.get(key, nowMs)
        return faults.get('get')?.kind === 'corrupt' ? corrupted(found) : found
      }),
    ...(inner.getMany !== undefined && {
      getMany: (keys, nowMs) =>
        pass('get', async () => {
          const found = (await inner.getMany?.(keys, nowMs)) ?? []
          return faults.get('get')?.kind === 'corrupt' ? found.map((each) => each && corrupted(each)) : found
        }),
    }),
    set: (key, entry, nowMs, lease) =>
      pass<WriteOutcome>('set', () => {
        const kind = faults.get('set')?.kind
        if (kind === 'refuse') return 'admission'
        return inner.set(key, kind === 'torn' ? torn(entry) : entry, nowMs, lease)
      }),
    ...(inner.setMany !== undefined && {
      setMany: (writes, nowMs) =>
        pass<readonly (WriteOutcome | Error)[]>('set', () => {
          const kind = faults.get('set')?.kind
          if (kind === 'refuse') return writes.map(() => 'admission')
          const given = kind === 'torn' ? writes.map(({ key, entry }) => ({ key, entry: torn(entry) })) : writes
          return inner.setMany?.(given, nowMs) ?? []
        }),
    }),
    delete: (key, nowMs, lease) => pass('delete', () => inner.delete(key, nowMs, lease)),
    touch: (key, seen, times, nowMs, leases) => pass('touch', () => inner.touch(key, seen, times, nowMs, leases)),
    ...(inner.isStill !== undefined && {
      isStill: (key, seen, nowMs) => pass('isStill', () => inner.isStill?.(key, seen, nowMs) ?? false),
    }),
    discard: (key, seen) => pass('discard', () => inner.discard(key, seen)),
    invalidate: (target, nowMs, onProgress) => pass('invalidate', () => inner.invalidate(target, nowMs, onProgress)),
    lease: (key, mode, lengthMs, nowMs) => pass('lease', () => inner.lease(key, mode, lengthMs, nowMs)),
    renew: (lease, tags, lengthMs, nowMs) => pass('renew', () => inner.renew(lease, tags, lengthMs, nowMs)),
    release: (lease) => pass('release', () => inner.release(lease)),
    async *scan(query, nowMs) {
      await pass('scan', () => undefined)
      yield* inner.scan(query, nowMs)
    },
    usage: (nowMs) => pass('usage', () => inner.usage(nowMs)),
    sweep: (nowMs) => pass('sweep', () => inner.sweep(nowMs)),
    async *check(repair, nowMs) {
      await pass('check', () => undefined)
      yield* inner.check(repair, nowMs)
    },
    onRemoval: (listener) => inner.onRemoval(listener),
    close: () => pass('close', () => inner.close()),
  }
  return faulty
}

async function lateAnswer<T>(clock: Clock, delayMs: number, run: () => MaybePromise<T>): Promise<T> {
  const answer = await run()
  await new Promise<void>((resolve) => {
    clock.schedule(delayMs, resolve)
  })
  return answer
}

function torn(entry: NewEntry): NewEntry {
  return {
    ...entry,
    encode(isForLater) {
      const encoded = entry.encode(isForLater)
      return { ...encoded, body: encoded.body.slice(0, encoded.body.length >> 1) }
    },
  }
}

function corrupted(found: StoredEntry | BackendMiss): StoredEntry | BackendMiss {
  if (typeof found === 'string' || found.payload.holds === 'value') return found
  const { encoded } = found.payload
  // Written out, since a spread would lose the methods of a class.
  return {
    facts: found.facts,
    tier: found.tier,
    identity: found.identity,
    settle: (verdict) => found.settle(verdict),
    payload: { holds: 'bytes', encoded: { ...encoded, body: flippedBody(encoded.body) } },
  }
}

function flippedBody(body: Encoded['body']): Encoded['body'] {
  const middle = body.length >> 1
  if (typeof body === 'string') {
    return body.slice(0, middle) + String.fromCharCode(body.charCodeAt(middle) ^ 1) + body.slice(middle + 1)
  }
  return body.map((byte, at) => (at === middle ? byte ^ 1 : byte))
}
