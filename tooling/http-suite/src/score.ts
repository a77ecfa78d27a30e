/** Results counted as the suite's own site counts them: a test passes only if its prerequisites do. */
import type { RawResult, SuiteTest, Vendored } from './vendored.ts'

const VERDICTS = new Map([
  ['✅', 'pass'],
  ['Y', 'pass'],
  ['⛔️', 'fail'],
  ['⚠️', 'miss'],
  ['N', 'miss'],
  ['🔹', 'setup'],
  ['⚪️', 'prerequisite'],
])

export interface TestScore {
  readonly suite: string
  readonly id: string
  readonly kind: 'required' | 'optimal' | 'check'
  /** `fail`: a plain failure. `miss`: an optional behaviour that is not there. `setup`, `prerequisite`: not shown. */
  readonly verdict: string
  readonly message: string | undefined
}

export function scoreOf(vendored: Vendored, results: Record<string, RawResult>): readonly TestScore[] {
  const { suites, determineTestResult } = vendored
  return suites.flatMap((suite) =>
    suite.tests.filter(isForProxies).map((test) => {
      const [, , symbol] = determineTestResult(suites, test.id, results, true)
      const result = results[test.id]
      return {
        suite: suite.id,
        id: test.id,
        kind: test.kind ?? 'required',
        verdict: VERDICTS.get(symbol) ?? 'untested',
        message: result === true || result === undefined ? undefined : result[1],
      }
    }),
  )
}

function isForProxies({ browser_only }: SuiteTest): boolean {
  return browser_only !== true
}
