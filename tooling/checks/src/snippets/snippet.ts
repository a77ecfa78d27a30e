/** The TypeScript blocks of the documentation: README.md, CONTRIBUTING.md, docs, and the README of each package. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { type CodeBlock, parseMarkdown } from '../markdown.ts'
import type { Problem } from '../problem.ts'
import { readWorkspace } from '../workspace.ts'

export interface Snippet {
  readonly file: string
  /** The line of the opening fence, so the code's line n is the file's line `fenceLine + n`. */
  readonly fenceLine: number
  readonly code: string
  /** Marked `ts run`: it is also executed and has to end well. */
  readonly isRun: boolean
  /** Marked `ts decorators`: for frameworks that stand on TypeScript's older decorators, which cannot be stripped. */
  readonly hasDecorators: boolean
}

const WORDS = ['run', 'decorators']

export function findSnippets(root: string): { snippets: Snippet[]; problems: Problem[] } {
  const snippets: Snippet[] = []
  const problems: Problem[] = []
  for (const file of documentsIn(root)) {
    for (const block of parseMarkdown(readFileSync(join(root, file), 'utf8')).blocks) {
      if (!isTypeScript(block)) continue
      const unknown = block.words.slice(1).find((word) => !WORDS.includes(word))
      if (unknown !== undefined) {
        const message = `a block is marked "${block.words.join(' ')}"; allowed is ts (it compiles), ts run (it also runs) and ts decorators (it compiles with them)`
        problems.push({ file, line: block.line, message })
      }
      const [isRun, hasDecorators] = [block.words.includes('run'), block.words.includes('decorators')]
      snippets.push({ file, fenceLine: block.line, code: block.code, isRun, hasDecorators })
    }
  }
  return { snippets, problems }
}

function isTypeScript({ words: [language = ''] }: CodeBlock): boolean {
  return language === 'ts' || language === 'typescript'
}

function documentsIn(root: string): string[] {
  const docs = existsSync(join(root, 'docs'))
    ? readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    : []
  const candidates = [
    'README.md',
    'CONTRIBUTING.md',
    ...docs.filter((name) => name.endsWith('.md')).map((name) => posix.join('docs', name.replaceAll('\\', '/'))),
    ...readWorkspace(root).flatMap(({ floor, folder }) => (floor === 'packages' ? [`${folder}/README.md`] : [])),
  ]
  return candidates.filter((file) => existsSync(join(root, file))).sort()
}
