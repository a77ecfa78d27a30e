/**
 * Runs the snippets marked `ts run`, each in an empty folder of its own. Node strips no types below node_modules, where
 * the snippets lie, so that is done here; stripping leaves every line where it was.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SOURCE_CONDITION } from '../manifest.ts'
import type { Problem } from '../problem.ts'
import type { Snippet } from './snippet.ts'
import type { SnippetRoom } from './snippet-room.ts'

/** An example that takes longer waits for something that is not there. */
const RUN_LIMIT_MS = 30_000

export function executeSnippets({ files }: SnippetRoom): Problem[] {
  return [...files].flatMap(([file, snippet]) => (snippet.isRun ? execute(file, snippet) : []))
}

function execute(file: string, snippet: Snippet): Problem[] {
  const program = file.replace(/\.ts$/, '.mjs')
  writeFileSync(program, stripTypeScriptTypes(snippet.code))
  const cwd = mkdtempSync(join(tmpdir(), 'stowage-snippet-'))
  try {
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [`--conditions=${SOURCE_CONDITION}`, program],
      {
        cwd,
        encoding: 'utf8',
        timeout: RUN_LIMIT_MS,
        killSignal: 'SIGKILL',
      },
    )
    if (status === 0) return []
    const end = signal === null ? `ended with exit code ${status}` : `was ended by ${signal} (limit ${RUN_LIMIT_MS} ms)`
    const said = atMarkdownLines(`${stdout}${stderr}`, program, snippet).trim()
    return [{ file: snippet.file, line: snippet.fenceLine, message: `the example ${end}:\n${said}` }]
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}

function atMarkdownLines(text: string, program: string, { file, fenceLine }: Snippet): string {
  const places = text.replaceAll(pathToFileURL(program).href, program).split(program)
  return places
    .map((part, index) =>
      index === 0 ? part : part.replace(/^:(\d+)/, (_, line) => `${file}:${fenceLine + Number(line)}`),
    )
    .join('')
}
