/** What is counted while faults go on, promise by promise. */

export interface Figures {
  requestCount: number
  changeCount: number
  /** P1: read back after a write, and found to be another value. */
  ownWriteCount: number
  ownWriteWrongCount: number
  /** P2: older than what an acknowledged invalidation had ended. */
  resurrectedCount: number
  /** P2 in the other process: how long it served such a value at most. */
  siblingLagMs: number
  /** P4: of another key, torn, or of a version that never was. */
  wrongCount: number
  /** P5: looks at what is held, and most that was found. */
  boundLookCount: number
  overBoundCount: number
  mostBytes: number
  /** P6: writes of the other process that were acknowledged before it was killed, looked for, and not found. */
  killCount: number
  siblingWriteCount: number
  /** How often its store began to fail: it goes on with what it holds near. */
  siblingDownCount: number
  soughtCount: number
  lostCount: number
  /** P7: requests that got an error that was not the source's own. */
  failedCount: number
  sourceErrorCount: number
  /** P7: invalidations that were thrown: they are tried again, and what they cover is not served meanwhile. */
  thrownInvalidationCount: number
  /** P9: looked at after a caller had changed the value it was given. */
  isolationLookCount: number
  isolationBrokenCount: number
}

export function newFigures(): Figures {
  return {
    requestCount: 0,
    changeCount: 0,
    ownWriteCount: 0,
    ownWriteWrongCount: 0,
    resurrectedCount: 0,
    siblingLagMs: 0,
    wrongCount: 0,
    boundLookCount: 0,
    overBoundCount: 0,
    mostBytes: 0,
    killCount: 0,
    siblingWriteCount: 0,
    siblingDownCount: 0,
    soughtCount: 0,
    lostCount: 0,
    failedCount: 0,
    sourceErrorCount: 0,
    thrownInvalidationCount: 0,
    isolationLookCount: 0,
    isolationBrokenCount: 0,
  }
}

/** The slowest, since the start and lately; apart for those that had to wait for the source. */
export class SlowestRequests {
  fromCacheMs = 0
  fromSourceMs = 0

  note(spentMs: number, isFromSource: boolean): void {
    if (isFromSource) this.fromSourceMs = Math.max(this.fromSourceMs, spentMs)
    else this.fromCacheMs = Math.max(this.fromCacheMs, spentMs)
  }
}
