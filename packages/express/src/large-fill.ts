/** Where the body of a run goes that is not held. */
import type { Run } from './ask.ts'
import { entryLife } from './entry-life.ts'
import type { Judged } from './judge.ts'
import { LargeBody } from './large-body.ts'
import { entryTags } from './response-tags.ts'

/** Undefined for nowhere. @param onDrained the handler need not wait any longer */
export function largeBodyOf(
  { room, place, isUnstored }: Run,
  { head }: Judged,
  declaredBytes: string | undefined,
  onDrained: () => void,
): LargeBody | undefined {
  const { bodies, clock, maxStreamedBytes } = room.plan
  if (isUnstored === true || bodies === undefined) return undefined
  if (Number(declaredBytes ?? 0) > maxStreamedBytes) return undefined
  const { ttl, staleWhileRevalidate } = entryLife(head)
  return new LargeBody({
    store: bodies,
    clock,
    ttl: ttl + staleWhileRevalidate,
    tags: entryTags(place, head),
    maxBytes: maxStreamedBytes,
    onDrained,
  })
}
