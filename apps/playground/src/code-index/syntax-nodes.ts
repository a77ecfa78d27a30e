/** The nodes of a parsed file, each once, told without the hundreds of types that a syntax tree has. */

export interface SyntaxNode {
  readonly type: string
  readonly line: number
  readonly lastLine: number
  /** What an import or export names as its file. */
  readonly source: string | undefined
  /** Names an export statement exports. */
  readonly partCount: number
}

interface TreeNode {
  readonly type: string
  readonly loc: { readonly start: { readonly line: number }; readonly end: { readonly line: number } }
  readonly source?: unknown
  readonly specifiers?: unknown
  readonly declaration?: unknown
}

export function* syntaxNodes(root: object): Generator<SyntaxNode> {
  const open: unknown[] = [root]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (isList(next)) open.push(...next.filter((part) => part !== null && part !== undefined))
    else if (isNode(next)) {
      yield told(next)
      for (const part of Object.values(next)) if (typeof part === 'object' && part !== null) open.push(part)
    }
  }
}

function told(node: TreeNode): SyntaxNode {
  const { source, specifiers, declaration } = node
  return {
    type: node.type,
    line: node.loc.start.line,
    lastLine: node.loc.end.line,
    source: isText(source) ? source.value : undefined,
    partCount: (Array.isArray(specifiers) ? specifiers.length : 0) + declaredCount(declaration),
  }
}

/** `export const a = 1, b = 2` exports two names, every other declaration one. */
function declaredCount(declaration: unknown): number {
  if (!isNode(declaration)) return 0
  return 'declarations' in declaration && Array.isArray(declaration.declarations) ? declaration.declarations.length : 1
}

/** Positions and comments are objects too, but no nodes. */
function isNode(part: unknown): part is TreeNode {
  return (
    typeof part === 'object' &&
    part !== null &&
    'type' in part &&
    typeof part.type === 'string' &&
    'loc' in part &&
    typeof part.loc === 'object' &&
    part.loc !== null &&
    !part.type.startsWith('Comment')
  )
}

function isList(part: unknown): part is readonly unknown[] {
  return Array.isArray(part)
}

function isText(part: unknown): part is { readonly value: string } {
  return typeof part === 'object' && part !== null && 'value' in part && typeof part.value === 'string'
}
