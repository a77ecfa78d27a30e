/**
 * The contract and its proof say the same: each numbered clause of docs/contract.md has a case in the conformance kit,
 * and each case shows a clause. A promise nobody tests is a wish, and a test of nothing promised binds backends for nothing.
 */

import { parseMarkdown } from '../markdown.ts'
import { type CheckResult, countOf, type Problem } from '../problem.ts'

/** What this check needs to know of a case of the kit. */
export interface ClauseCase {
  readonly clause: string
  readonly name: string
}

export const CONTRACT = 'docs/contract.md'
const KIT = 'packages/core/src/testing'

/** A clause is a list item or a heading that begins with its number in bold: `- **B4** An entry is served while ...`. */
const CLAUSE = /^\s*(?:[-*+]|\d+[.)]|#{1,6})\s+\*\*([A-Z]+\d+)\*\*(?:\s|$)/

export function checkContractClauses(contract: string, cases: readonly ClauseCase[]): CheckResult {
  const clauses = new Map<string, number>()
  const problems: Problem[] = []
  for (const { line, text } of parseMarkdown(contract).prose) {
    const clause = CLAUSE.exec(text)?.[1]
    if (clause === undefined) continue
    const before = clauses.get(clause)
    if (before === undefined) clauses.set(clause, line)
    else
      problems.push({
        file: CONTRACT,
        line,
        message: `${clause} is already the number of the clause in line ${before}`,
      })
  }
  const shown = new Set(cases.map(({ clause }) => clause))
  for (const [clause, line] of clauses) {
    if (shown.has(clause)) continue
    problems.push({ file: CONTRACT, line, message: `${clause} has no case in ${KIT}: a promise that nothing tests` })
  }
  for (const { clause, name } of cases) {
    if (clauses.has(clause)) continue
    problems.push({ file: KIT, message: `the case "${name}" shows ${clause}, which ${CONTRACT} does not have` })
  }
  if (clauses.size === 0)
    problems.push({ file: CONTRACT, message: 'has no clause such as "- **B1** What was stored ..."' })
  return { problems, summary: `${countOf(clauses.size, 'clause')}, ${countOf(cases.length, 'case')}` }
}
