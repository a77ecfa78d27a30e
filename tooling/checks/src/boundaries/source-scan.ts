/**
 * What one file of TypeScript imports, which types it declares, and whether it only passes on what others export.
 * Read from the syntax tree, so type imports, `import()` in types and in code count, and text in comments does not.
 */
import { parseSync, Visitor } from 'vite'

export interface ImportSite {
  readonly specifier: string
  readonly line: number
  /** `type` vanishes when types are stripped, `value` runs on load, `dynamic` runs when it is reached. */
  readonly kind: 'type' | 'value' | 'dynamic'
}

export interface SourceScan {
  readonly imports: readonly ImportSite[]
  /** `import()` of something that is not a literal: nobody can say what it reaches. */
  readonly computedImportLines: readonly number[]
  readonly typeNames: readonly { readonly name: string; readonly line: number }[]
  /** Statements other than `export { name } from 'file'` and its type form. */
  readonly ownStatements: readonly { readonly what: 'export-all' | 'logic'; readonly line: number }[]
  readonly syntaxErrors: readonly string[]
}

export function scanSource(file: string, text: string): SourceScan {
  const { program, errors } = parseSync(file, text)
  const lineOf = lineCounter(text)
  const imports: ImportSite[] = []
  const computedImportLines: number[] = []
  const typeNames: { name: string; line: number }[] = []
  const add = (source: { value: string; start: number }, kind: ImportSite['kind']) =>
    imports.push({ specifier: source.value, line: lineOf(source.start), kind })
  const name = (id: { name: string; start: number } | null) => {
    if (id !== null) typeNames.push({ name: id.name, line: lineOf(id.start) })
  }
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type' ? 'type' : 'value'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type' ? 'type' : 'value'),
    ExportNamedDeclaration(node) {
      if (node.source !== null) add(node.source, node.exportKind === 'type' ? 'type' : 'value')
    },
    TSImportType: (node) => add(node.source, 'type'),
    ImportExpression({ source }) {
      if (source.type === 'Literal' && typeof source.value === 'string') {
        imports.push({ specifier: source.value, line: lineOf(source.start), kind: 'dynamic' })
      } else computedImportLines.push(lineOf(source.start))
    },
    TSInterfaceDeclaration: (node) => name(node.id),
    TSTypeAliasDeclaration: (node) => name(node.id),
    ClassDeclaration: (node) => name(node.id),
  }).visit(program)
  const ownStatements = program.body.flatMap((node) => {
    if (node.type === 'ExportNamedDeclaration' && node.source !== null) return []
    const what = node.type === 'ExportAllDeclaration' ? ('export-all' as const) : ('logic' as const)
    return [{ what, line: lineOf(node.start) }]
  })
  return { imports, computedImportLines, typeNames, ownStatements, syntaxErrors: errors.map(({ message }) => message) }
}

function lineCounter(text: string): (offset: number) => number {
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index)
  return (offset) => {
    const after = ends.findIndex((end) => end >= offset)
    return (after === -1 ? ends.length : after) + 1
  }
}
