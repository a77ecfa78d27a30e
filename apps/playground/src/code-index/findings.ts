/** What one process reports of its share of the files, and what all reports come to. */
import type { Served } from '@stowage/core'
import type { Outline } from './outline.ts'
import { importedFile, topFolder } from './source-files.ts'

export interface FileFinding {
  readonly path: string
  readonly outline: Outline
  /** Files of the folder that it imports. */
  readonly uses: readonly string[]
  /** Relative imports that no file of the folder answers to. */
  readonly unanswered: readonly string[]
}

export interface ShareReport {
  readonly files: readonly FileFinding[]
  /** Files parsed here. */
  readonly parsedCount: number
  readonly parsedMs: number
  /** Files whose outline was there already, or was made by another process meanwhile. */
  readonly servedCount: number
  /** What parsing those took when it was done. */
  readonly savedMs: number
}

export interface FolderTotals {
  readonly name: string
  fileCount: number
  lineCount: number
  exportCount: number
  functionCount: number
}

/** Counts each file a process looks at by how its outline was come by. */
export class ShareCount {
  parsedCount = 0
  parsedMs = 0
  servedCount = 0
  savedMs = 0

  note({ outcome, value }: Served<Outline>): Outline {
    if (outcome === 'loaded') {
      this.parsedCount++
      this.parsedMs += value.parseMs
    } else {
      this.servedCount++
      this.savedMs += value.parseMs
    }
    return value
  }
}

export function findingOf(path: string, outline: Outline, files: ReadonlySet<string>): FileFinding {
  const uses: string[] = []
  const unanswered: string[] = []
  for (const specifier of outline.imports.filter((name) => name.startsWith('.'))) {
    const file = importedFile(path, specifier, files)
    if (file === undefined) unanswered.push(specifier)
    else uses.push(file)
  }
  return { path, outline, uses, unanswered }
}

export function folderTotals(findings: readonly FileFinding[]): readonly FolderTotals[] {
  const totals = new Map<string, FolderTotals>()
  for (const { path, outline } of findings) {
    const name = topFolder(path)
    const sum = totals.get(name) ?? { name, fileCount: 0, lineCount: 0, exportCount: 0, functionCount: 0 }
    totals.set(name, sum)
    sum.fileCount++
    sum.lineCount += outline.lineCount
    sum.exportCount += outline.exportCount
    sum.functionCount += outline.functionCount
  }
  return [...totals.values()].sort((a, b) => b.lineCount - a.lineCount)
}

/** How often each file is imported, most first. */
export function mostUsed(findings: readonly FileFinding[]): readonly (readonly [path: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const path of findings.flatMap(({ uses }) => uses)) counts.set(path, (counts.get(path) ?? 0) + 1)
  return [...counts].sort(([a, aCount], [b, bCount]) => bCount - aCount || (a < b ? -1 : 1))
}
