/** The process of a stub seat: entrants that count, lie, lack something, die, and are told to end while they open. */
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type Bout, type Entrant, SkippedError, WrongAnswerError } from '../src/harness/contract.ts'
import { serveSeat } from '../src/harness/seat-process.ts'

let roundCount = 0

const entrants = [
  entrant('counts', { round: async () => ({ roundCount: ++roundCount, processId: process.pid }) }),
  entrant('lies', { smoke: () => Promise.reject(new WrongAnswerError("get('a') gave 2")) }),
  entrant('lacks', { smoke: () => Promise.reject(new SkippedError('no python3')) }),
  entrant('dies', { round: async () => process.exit(7) }),
  { ...entrant('lingers', {}), open: lingering },
]

function entrant(name: string, steps: Partial<Bout>): Entrant {
  const bout: Bout = { smoke: async () => {}, round: async () => ({}), close: async () => {}, ...steps }
  return { name, packages: [], open: async () => bout }
}

/** Opens when it is let go, and notes how far it came. */
async function lingering(): Promise<Bout> {
  const note = (text: string): void => writeFileSync(process.env['STUB_DIARY'] ?? '', text)
  note('opening')
  await once(process, 'disconnect')
  return { smoke: async () => {}, round: async () => ({}), close: async () => note('closed') }
}

serveSeat([{ name: 'stub', row: 0, title: 'stub', entrants, measures: [], targets: [] }])
