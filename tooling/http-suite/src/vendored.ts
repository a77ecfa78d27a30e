/** The suite's own modules, which carry no types: what is used of them, checked as it is loaded. */

export interface SuiteTest {
  readonly id: string
  readonly name: string
  readonly kind?: 'required' | 'optimal' | 'check'
  readonly browser_only?: boolean
}

interface Suite {
  readonly id: string
  readonly tests: readonly SuiteTest[]
}

/** `true`, or what kind of failure it was and its message. */
export type RawResult = true | readonly [kind: string, message: string]

type Handle = (segments: readonly string[], request: unknown, response: unknown) => void

export interface Vendored {
  readonly suites: readonly Suite[]
  readonly runTests: (suites: readonly Suite[], inBrowser: boolean, baseUrl: string, chunkSize: number) => Promise<void>
  readonly getResults: () => Record<string, RawResult>
  /** `[mark, colour, symbol]`, with prerequisites honoured. */
  readonly determineTestResult: (
    suites: readonly Suite[],
    id: string,
    results: Record<string, RawResult>,
    honoursPrerequisites: boolean,
  ) => readonly [string, string, string]
  readonly handlers: ReadonlyMap<string, Handle>
}

const MODULES = {
  suites: ['tests/index.mjs', 'default'],
  runTests: ['test-engine/client/runner.mjs', 'runTests'],
  getResults: ['test-engine/client/runner.mjs', 'getResults'],
  determineTestResult: ['test-engine/lib/results.mjs', 'determineTestResult'],
} as const
const HANDLERS = ['config', 'state', 'test']

/** @throws TypeError when the suite is not as it was when this was written */
export async function loadVendored(): Promise<Vendored> {
  const found: Record<string, unknown> = {}
  for (const [name, [path, member]] of Object.entries(MODULES)) found[name] = await load(path, member)
  const handlers = new Map<string, unknown>()
  for (const kind of HANDLERS) handlers.set(kind, await load(`test-engine/server/handle-${kind}.mjs`, 'default'))
  const vendored = { ...found, handlers }
  if (!isVendored(vendored)) throw new TypeError('the vendored suite has changed its shape')
  return vendored
}

async function load(path: string, member: string): Promise<unknown> {
  const module: unknown = await import(new URL(`../vendor/${path}`, import.meta.url).href)
  return typeof module === 'object' && module !== null ? Reflect.get(module, member) : undefined
}

function isVendored(value: { readonly handlers: ReadonlyMap<string, unknown> }): value is Vendored {
  const isComplete = [...value.handlers.values()].every((each) => typeof each === 'function')
  const { runTests, getResults, determineTestResult, suites } = { ...emptied, ...value }
  return (
    isComplete &&
    [runTests, getResults, determineTestResult].every((each) => typeof each === 'function') &&
    Array.isArray(suites)
  )
}

const emptied: Record<'runTests' | 'getResults' | 'determineTestResult' | 'suites', unknown> = {
  runTests: undefined,
  getResults: undefined,
  determineTestResult: undefined,
  suites: undefined,
}
