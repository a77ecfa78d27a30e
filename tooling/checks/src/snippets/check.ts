/** Every example in the documentation compiles, and those marked `ts run` run: what is shown is true. */
import { type CheckResult, countOf } from '../problem.ts'
import { compileSnippets } from './compile.ts'
import { executeSnippets } from './execute.ts'
import { findSnippets } from './snippet.ts'
import { furnishRoom } from './snippet-room.ts'

export function checkSnippets(root: string): CheckResult {
  const { snippets, problems } = findSnippets(root)
  const runCount = snippets.filter(({ isRun }) => isRun).length
  const summary = `${countOf(snippets.length, 'example')} compiled, ${runCount} run`
  if (snippets.length === 0) return { problems, summary }
  using room = furnishRoom(root, snippets)
  const compiled = compileSnippets(root, room)
  // What does not compile is not run as well: it would fail for the same reason, told worse.
  return { problems: [...problems, ...compiled, ...(compiled.length === 0 ? executeSnippets(room) : [])], summary }
}
