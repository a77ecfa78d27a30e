/** Where an entrant sits while its workload runs, as the schedule sees it: opened, asked for rounds, closed. */
import type { Figures } from './contract.ts'

export interface Seat {
  readonly name: string
  /** Opens the entrant and has it checked. @throws WrongAnswerError when the check fails, anything when opening fails */
  open(): Promise<void>
  round(): Promise<Figures>
  close(): Promise<void>
}
