/**
 * Where a run is, on the terminal: one line that is written over at each step, and what each workload took when it is done.
 * It goes to stderr, so that what stdout holds is the report alone; where stderr is no terminal, steps are left out.
 */

/** What is used of a stream; `process.stderr` is one. */
interface Line {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export interface Progress {
  /** @param step what is going on in the workload that began last */
  step(step: string): void
  /** Clears the line, so that something else can be printed. */
  done(): void
}

export function progressOn(line: Line, place: string, nowMs: () => number = () => performance.now()): Progress {
  const startedAtMs = nowMs()
  const wipe = line.isTTY === true ? '\r\x1b[2K' : ''
  return {
    step(step) {
      if (line.isTTY === true) line.write(`${wipe}${place}: ${step}`)
    },
    done() {
      line.write(`${wipe}${place}: ${((nowMs() - startedAtMs) / 1_000).toFixed(1)} s\n`)
    },
  }
}
