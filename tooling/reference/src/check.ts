/** Every entry point has a report, and it says what the declarations say. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CheckResult, countOf, type Problem } from '@stowage/checks/problem'
import type { EntryPoint } from './entry-point.ts'

export interface Report {
  readonly entry: EntryPoint
  readonly text: string
}

export function checkReports(root: string, reports: readonly Report[]): CheckResult {
  const problems = reports.flatMap(({ entry: { name, report }, text }): Problem[] => {
    const kept = existsSync(join(root, report)) ? readFileSync(join(root, report), 'utf8') : ''
    if (kept === text) return []
    const [before, now] = [kept.split('\n'), text.split('\n')]
    const line = now.findIndex((content, at) => content !== before[at]) + 1
    const shown = now[line - 1] ?? before[now.length] ?? ''
    const message = `the face of ${name} is another: here it has "${shown.trim()}". Where that is meant, pnpm check:api --write, and tell it in a changeset`
    return [{ file: report, line, message }]
  })
  return { problems, summary: `${countOf(reports.length, 'entry point')} as reported` }
}
