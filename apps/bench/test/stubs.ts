/** Seats that do nothing but keep a diary, and outcomes made by hand. */
import type { Figures } from '../src/harness/contract.ts'
import type { Outcome } from '../src/harness/schedule.ts'
import type { Seat } from '../src/harness/seat.ts'

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
