/** What the index knows of one file: the expensive part is parsing it, so this is what the cache keeps. */
import { type ParserPlugin, parse } from '@babel/parser'
import { type SyntaxNode, syntaxNodes } from './syntax-nodes.ts'

export interface Outline {
  readonly lineCount: number
  /** Names it exports; `export *` counts as one. */
  readonly exportCount: number
  readonly functionCount: number
  /** What it imports, as written; each once, sorted. */
  readonly imports: readonly string[]
  readonly longest: LongFunction | undefined
  /** How many faults the parser found. */
  readonly faultCount: number
  /** What making this outline took, in the process that made it: what a hit saves. */
  readonly parseMs: number
}

interface LongFunction {
  readonly line: number
  readonly lineCount: number
}

/** Goes into the cache's version: outlines of another shape are never read. */
export const OUTLINE_VERSION = '2'

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'ObjectMethod',
])
const IMPORTS = new Set(['ImportDeclaration', 'ImportExpression', 'ExportAllDeclaration', 'ExportNamedDeclaration'])

export function outlineOf(path: string, text: string): Outline {
  const startedAtMs = performance.now()
  const parsed = parsedFile(path, text)
  const imports = new Set<string>()
  let exportCount = 0
  let functionCount = 0
  let longest: LongFunction | undefined
  for (const node of parsed === undefined ? [] : syntaxNodes(parsed.program)) {
    if (IMPORTS.has(node.type) && node.source !== undefined) imports.add(node.source)
    exportCount += exportsOf(node)
    if (!FUNCTIONS.has(node.type)) continue
    functionCount++
    const lineCount = node.lastLine - node.line + 1
    if (longest === undefined || lineCount > longest.lineCount) longest = { line: node.line, lineCount }
  }
  return {
    lineCount: text.split('\n').length,
    exportCount,
    functionCount,
    imports: [...imports].sort(),
    longest,
    faultCount: parsed?.errors?.length ?? 1,
    parseMs: performance.now() - startedAtMs,
  }
}

/** Undefined for what is no TypeScript at all. */
function parsedFile(path: string, text: string) {
  const syntax: ParserPlugin[] = path.endsWith('x') ? ['typescript', 'jsx'] : ['typescript']
  try {
    return parse(text, {
      sourceType: 'module',
      errorRecovery: true,
      createImportExpressions: true,
      plugins: [...syntax, 'decorators'],
    })
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function exportsOf({ type, partCount }: SyntaxNode): number {
  if (type === 'ExportDefaultDeclaration' || type === 'ExportAllDeclaration') return 1
  return type === 'ExportNamedDeclaration' ? partCount : 0
}
