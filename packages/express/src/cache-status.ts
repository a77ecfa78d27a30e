/** The Cache-Status field (RFC 9211): what this cache did with the request, after what caches behind it have said. */
import type { ServerResponse } from 'node:http'
import type { Key } from '@stowage/core'
import { fieldText } from './header-text.ts'
import type { RoutePlan } from './plan.ts'

/** Why the handler was asked (RFC 9211, 2.2). */
export type ForwardReason = 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'stale' | 'request' | 'partial'

export interface CacheStatus {
  readonly hit?: boolean
  readonly forward?: ForwardReason
  /** What the handler answered, where the client is given something else. */
  readonly forwardStatus?: number
  readonly ttlMs?: number
  readonly stored?: boolean
  readonly collapsed?: boolean
  readonly detail?: string | undefined
}

export function setCacheStatus(res: ServerResponse, plan: RoutePlan, key: Key | undefined, status: CacheStatus): void {
  if (plan.cacheStatus === false) return
  const said = statusText(
    plan.name,
    plan.cacheStatus === 'key' && key !== undefined ? textOfKey(key) : undefined,
    status,
  )
  const before = fieldText(res.getHeader('cache-status'))
  res.setHeader('Cache-Status', before === undefined ? said : `${before}, ${said}`)
}

function statusText(
  name: string,
  key: string | undefined,
  { hit, forward, forwardStatus, ttlMs, stored, collapsed, detail }: CacheStatus,
): string {
  let text = name
  if (hit === true) text += '; hit'
  if (forward !== undefined) text += `; fwd=${forward}`
  if (forwardStatus !== undefined) text += `; fwd-status=${forwardStatus}`
  if (ttlMs !== undefined) text += `; ttl=${Math.floor(ttlMs / 1000)}`
  if (stored === true) text += '; stored'
  if (collapsed === true) text += '; collapsed'
  if (detail !== undefined) text += `; detail=${detail}`
  return key === undefined ? text : `${text}; key="${quotable(key)}"`
}

/** One text per key. */
export function textOfKey(key: Key): string {
  return typeof key === 'string' ? key : JSON.stringify(key)
}

/** A string of a structured field is printable ASCII. */
function quotable(key: string): string {
  return key.replaceAll(/[\\"]/g, '\\$&').replaceAll(/[^\x20-\x7e]/g, '?')
}
