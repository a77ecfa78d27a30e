/** Seats that do nothing but keep a diary, outcomes made by hand, and the smallest scale. */
import type { Figures, Scale } from '../src/harness/contract.ts'
import type { Outcome } from '../src/harness/schedule.ts'
import type { Seat } from '../src/harness/seat.ts'

export const SCALE: Scale = {
  purpose: 'look',
  hitKeyCount: 1_000,
  warmUpCount: 0,
  roundCount: 1,
  roundCpuMs: 1,
  store: { warmUpCount: 0, roundCount: 1, workMs: 1, sustainedMs: 30, rowCount: 100 },
}

export function stubSeat(name: string, diary: string[], steps: Partial<Pick<Seat, 'open' | 'round'>> = {}): Seat {
  return {
    name,
    async open() {
      diary.push(`open ${name}`)
      await steps.open?.()
    },
    async round() {
      diary.push(name)
      return (await steps.round?.()) ?? { cpuNs: 1 }
    },
    async close() {
      diary.push(`close ${name}`)
    },
  }
}

export function measured(name: string, cpuNs: readonly number[]): Outcome {
  return { name, state: 'measured', rounds: cpuNs.map((ns): Figures => ({ cpuNs: ns })) }
}
