import { expect, test } from 'vitest'
import { checkContractClauses } from '../src/contract-clauses/check.ts'

const CONTRACT = `# The contract

- **B1** What was stored comes back.
  It goes on here.
1. **B2** Numbered lists count, and B3 in prose does not, nor does **B3** inside a line.

## **B10** So do headings

\`\`\`md
- **B99** Not this one: it is an example.
\`\`\`
`
const cases = ['B1', 'B1', 'B2', 'B10'].map((clause, index) => ({ clause, name: `case ${index}` }))

function messages(contract: string, shown: typeof cases): string[] {
  return checkContractClauses(contract, shown).problems.map(({ line, message }) => `${line ?? ''} ${message}`)
}

test('each clause has a case: no problem, and the counts', () => {
  expect(checkContractClauses(CONTRACT, cases)).toEqual({ problems: [], summary: '3 clauses, 4 cases' })
})

test('a clause without a case is named with its line', () => {
  expect(messages(CONTRACT, cases.slice(0, 3))).toEqual([expect.stringMatching(/^7 B10 has no case/)])
})

test('a case of no clause is named', () => {
  const stray = { clause: 'B99', name: 'stray' }
  expect(messages(CONTRACT, [...cases, stray])).toEqual([expect.stringContaining('the case "stray" shows B99')])
})

test('a number that is given twice', () => {
  expect(messages(`${CONTRACT}\n- **B1** again\n`, cases)).toEqual([expect.stringMatching(/^13 B1 is already.*line 3/)])
})

test('a contract without clauses does not pass for want of anything to prove', () => {
  expect(messages('# Empty\n', [])).toEqual([expect.stringContaining('has no clause')])
})
