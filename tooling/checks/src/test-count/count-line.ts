/** What a build server tells at its end, out of vitest's JSON report. */
const COUNTS = ['numPassedTests', 'numFailedTests', 'numPendingTests', 'numTodoTests'] as const

/** One line. A test file that could not even be loaded is a failure that holds no test. */
export function countLine(json: string): string {
  const report = recordOf(JSON.parse(json))
  const [passed = 0, failed = 0, skipped = 0, todo = 0] = COUNTS.map((name) => countIn(report, name))
  const unloadable = listIn(report, 'testResults').filter(
    (file) => file['status'] === 'failed' && listIn(file, 'assertionResults').length === 0,
  )
  return `${passed} passed, ${failed + unloadable.length} failed, ${skipped + todo} skipped`
}

/** A line for each test that passed when it was tried again: none of them may be taken for sound. */
export function secondTryLines(json: string): string[] {
  return listIn(recordOf(JSON.parse(json)), 'testResults').flatMap((file) =>
    listIn(file, 'assertionResults')
      .filter((each) => each['status'] === 'passed' && listIn(each, 'failureMessages').length > 0)
      .map((each) => `passed when tried again only: ${String(each['fullName'])} (${String(file['name'])})`),
  )
}

function countIn(report: Fields, name: string): number {
  const count = report[name]
  if (typeof count !== 'number') throw new Error(`the test report has no count "${name}"`)
  return count
}

function listIn(fields: Fields, name: string): Fields[] {
  const list = fields[name]
  if (!Array.isArray(list)) throw new Error(`the test report has no list "${name}"`)
  return list.map(recordOf)
}

interface Fields {
  readonly [name: string]: unknown
}

function recordOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
