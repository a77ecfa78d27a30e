/** The process of a stub seat: entrants that count, lie and die. */
import { type Bout, type Entrant, SkippedError, WrongAnswerError } from '../src/harness/contract.ts'
import { serveSeat } from '../src/harness/seat-process.ts'

let roundCount = 0

const entrants = [
  entrant('counts', { round: async () => ({ roundCount: ++roundCount, processId: process.pid }) }),
  entrant('lies', { smoke: () => Promise.reject(new WrongAnswerError("get('a') gave 2")) }),
  entrant('lacks', { smoke: () => Promise.reject(new SkippedError('no python3')) }),
  entrant('dies', { round: async () => process.exit(7) }),
]

function entrant(name: string, steps: Partial<Bout>): Entrant {
  const bout: Bout = { smoke: async () => {}, round: async () => ({}), close: async () => {}, ...steps }
  return { name, packages: [], open: async () => bout }
}

serveSeat([{ name: 'stub', row: 0, title: 'stub', entrants, measures: [], targets: [] }])
