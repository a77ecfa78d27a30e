/**
 * What a check finds, and how it is told. Every check is a function that returns problems; only `tellProblems` prints.
 * A line reads `file:line  what is wrong, and why that matters`, so that an editor can jump to it.
 */
export interface Problem {
  /** Relative to the repository's root. */
  readonly file: string
  readonly line?: number
  readonly message: string
}

export interface CheckResult {
  readonly problems: readonly Problem[]
  /** What was looked at, with counts: a check that looked at nothing must not look like one that found nothing. */
  readonly summary: string
}

export function tellProblems(check: string, { problems, summary }: CheckResult): void {
  for (const problem of problems) console.error(problemLine(problem))
  if (problems.length === 0) console.log(`${check}: ${summary}`)
  else console.error(`\n${check}: ${countOf(problems.length, 'problem')} (${summary})`)
  if (problems.length > 0) process.exitCode = 1
}

export function problemLine({ file, line, message }: Problem): string {
  return `${line === undefined ? file : `${file}:${line}`}  ${message}`
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
