/** How old a stored response is, and what it may still be used for at an instant (RFC 9111, 4.2; RFC 5861). Pure. */
import type { Life } from './stored-response.ts'

export function ageMs(life: Life, nowMs: number): number {
  return life.initialAgeMs + Math.max(0, nowMs - life.responseAtMs)
}

/** Milliseconds of freshness left; below 0 for how long it has been stale. */
export function freshLeftMs(life: Life, nowMs: number): number {
  return life.freshMs - ageMs(life, nowMs)
}

/** Fresh, and not bound to be asked about each time. */
export function isFresh(life: Life, nowMs: number): boolean {
  return !life.noCache && freshLeftMs(life, nowMs) > 0
}

/** Whether it may be served stale at all. */
export function allowsStale(life: Life): boolean {
  return !life.noCache && !life.mustRevalidate
}

export function isWithinRevalidateWindow(life: Life, nowMs: number): boolean {
  return !life.noCache && !life.mustRevalidate && -freshLeftMs(life, nowMs) < life.staleWhileRevalidateMs
}

/** Whether it may stand in for a failed handler. */
export function mayStandIn(life: Life, nowMs: number): boolean {
  return isFresh(life, nowMs) || (allowsStale(life) && -freshLeftMs(life, nowMs) < life.staleIfErrorMs)
}
