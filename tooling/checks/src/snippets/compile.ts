/** One run of the compiler over all snippets, one more over those with decorators; each of its complaints is told at its place in the Markdown. */
import { spawnSync } from 'node:child_process'
import { relative, resolve } from 'node:path'
import type { Problem } from '../problem.ts'
import { toolPath } from '../repository.ts'
import type { SnippetRoom } from './snippet-room.ts'

export function compileSnippets(root: string, { settings, files }: SnippetRoom): Problem[] {
  return settings.flatMap((project) => compileProject(root, project, files))
}

function compileProject(root: string, project: string, files: SnippetRoom['files']): Problem[] {
  const args = ['--project', project, '--pretty', 'false']
  const { status, stdout, stderr } = spawnSync(toolPath('tsc'), args, { cwd: root, encoding: 'utf8' })
  if (status === 0) return []
  const problems = stdout.split('\n').flatMap((text): Problem[] => {
    const [, path, line, said] = /^(.+?)\((\d+),\d+\): (error .*)$/.exec(text) ?? []
    if (path === undefined || said === undefined) return []
    const snippet = files.get(resolve(root, path))
    if (snippet === undefined) return [{ file: relative(root, resolve(root, path)), line: Number(line), message: said }]
    return [
      { file: snippet.file, line: snippet.fenceLine + Number(line), message: `the example does not compile: ${said}` },
    ]
  })
  // Something else went wrong, for example the settings: then its own words are all there is.
  return problems.length > 0 ? problems : [{ file: 'docs', message: `tsc failed: ${stdout}${stderr}`.trim() }]
}
