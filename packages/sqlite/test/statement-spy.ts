/** Watches the statements of all connections of this process. */
import Sqlite from 'better-sqlite3'
import { onTestFinished } from 'vitest'

/** Until the test is over. @param seen told of each call before, @param done after it; what they throw is thrown instead of its answer */
export function onStatement(
  method: 'get' | 'run',
  seen: (source: string) => void,
  done: (source: string) => void = () => undefined,
): void {
  const database = new Sqlite(':memory:')
  const prototype: unknown = Object.getPrototypeOf(database.prepare('SELECT 1'))
  database.close()
  if (!isStatement(prototype)) throw new TypeError('statements have another shape by now')
  const call = prototype[method]
  const replace = (value: unknown) => Object.defineProperty(prototype, method, { value, configurable: true })
  replace(function (this: Sqlite.Statement, ...given: unknown[]) {
    seen(this.source)
    const answer = call.apply(this, given)
    done(this.source)
    return answer
  })
  onTestFinished(() => void replace(call))
}

function isStatement(found: unknown): found is Sqlite.Statement {
  return typeof found === 'object' && found !== null && 'get' in found && 'run' in found
}

/** How often a statement like this is run from now on. */
export function countStatements(method: 'get' | 'run', pattern: RegExp): { count: number } {
  const counted = { count: 0 }
  onStatement(method, (source) => {
    if (pattern.test(source)) counted.count++
  })
  return counted
}
