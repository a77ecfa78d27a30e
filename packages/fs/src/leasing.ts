/** Taking, renewing and giving back leases (docs/contract.md, B12 to B16): lines in the journal, and nothing else. */
import { randomUUID } from 'node:crypto'
import { keepsOthersOut, type Lease, type LeaseMode } from '@stowage/core'
import { holds } from './entry-steps.ts'
import type { Turn } from './holding.ts'
import { LEASE_KINDS } from './lease-table.ts'

/** Leases alive at once, in all processes; loads beyond run, and are not stored. */
const MAX_LEASES = 65_536

export interface LeaseWish {
  readonly key: string
  readonly mode: LeaseMode
  readonly lengthMs: number
  readonly nowMs: number
}

export function takeLease({ marks, emit }: Turn, { key, mode, lengthMs, nowMs }: LeaseWish): Lease | undefined {
  if (mode === 'exclusive') {
    const others = marks.leases.allOf(key).filter(({ kind }) => kind === LEASE_KINDS.exclusive)
    if (others.some((held) => keepsOthersOut(held, nowMs))) return undefined
    for (const { token } of others) emit({ k: 'drop', key, token })
  }
  if (marks.leases.count >= MAX_LEASES) dropEnded({ marks, emit }, nowMs)
  if (marks.leases.count >= MAX_LEASES) return undefined
  const token = randomUUID()
  emit({ k: 'take', lease: [key, token, LEASE_KINDS[mode], marks.epoch, nowMs + lengthMs] })
  return { key, token }
}

export interface Renewal {
  readonly tags: readonly string[]
  readonly lengthMs: number
  readonly nowMs: number
}

export function renewLease(turn: Turn, lease: Lease, { tags, lengthMs, nowMs }: Renewal): boolean {
  if (!holds(turn, lease, lease.key, tags, nowMs)) return false
  turn.emit({ k: 'renew', key: lease.key, token: lease.token, untilMs: nowMs + lengthMs })
  return true
}

export function releaseLease({ marks, emit }: Turn, { key, token }: Lease): void {
  if (marks.leases.of(key, token) !== undefined) emit({ k: 'drop', key, token })
}

function dropEnded({ marks, emit }: Pick<Turn, 'marks' | 'emit'>, nowMs: number): void {
  for (const [key, token, , , untilMs] of [...marks.leases.rows()])
    if (untilMs <= nowMs) emit({ k: 'drop', key, token })
}
