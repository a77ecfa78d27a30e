/**
 * A lease as it is kept behind the entry it is on: 31 bytes, of which the scripts (scripts/leases.ts) read all.
 *
 *   at  bytes
 *    0      1  'F' fence, 'X' exclusive, NUL: nothing
 *    1      8  until when, a little-endian double
 *    9     22  random text
 *
 * The token that the holder gets names the moment as well: it is what a write under the lease is compared and stored with.
 */
import type { LeaseMode } from '@stowage/core'
import { randomText } from '@stowage/core'
import type { Moment } from './epoch.ts'

const RANDOM_BYTES = 16
const RANDOM_LENGTH = 22

export function newRandom(): string {
  return randomText(RANDOM_BYTES, 'base64url')
}

export function packUntil(untilMs: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(untilMs)
  return bytes
}

export function packSlot(mode: LeaseMode, untilMs: number, random: string): Buffer {
  return Buffer.concat([Buffer.from(mode === 'fence' ? 'F' : 'X'), packUntil(untilMs), Buffer.from(random, 'latin1')])
}

export interface Token extends Moment {
  readonly random: string
}

export function formatToken({ incarnation, count, random }: Token): string {
  return `${incarnation}.${count}.${random}`
}

/** Undefined: it was never given. */
export function parseToken(text: string): Token | undefined {
  const [, incarnation, count, random] = /^(\S{8})\.(\d+)\.([\w-]+)$/.exec(text) ?? []
  if (incarnation === undefined || random?.length !== RANDOM_LENGTH) return undefined
  return { incarnation, count: Number(count), random }
}
