/**
 * No circle of imports, types included, inside a package or across packages: in a circle nothing can be understood,
 * tested or loaded first. Packages count as wholes too, since two of them can lean on each other without any file doing so.
 */
import type { Problem } from '../problem.ts'
import type { SourceFile, Workspace } from './source-files.ts'

interface Arrow {
  readonly to: string
  /** The import that draws it. */
  readonly file: string
  readonly line: number
}
type Graph = ReadonlyMap<string, readonly Arrow[]>

export function cycleProblems({ files }: Workspace): Problem[] {
  const inFiles = cyclesOf(fileGraph(files))
  // A circle of files that crosses packages is a circle of packages as well; telling it once is enough.
  return inFiles.length > 0 ? inFiles : cyclesOf(packageGraph(files))
}

function fileGraph(files: readonly SourceFile[]): Graph {
  const known = new Set(files.map(({ file }) => file))
  return new Map(
    files.map(({ file, imports }) => [
      file,
      imports.flatMap(({ target, line }) => {
        const to = target.to === 'file' || target.to === 'workspace' ? target.file : undefined
        return to !== undefined && known.has(to) ? [{ to, file, line }] : []
      }),
    ]),
  )
}

/** By source alone: a test may use a package that is built on this one. */
function packageGraph(files: readonly SourceFile[]): Graph {
  const graph = new Map<string, Arrow[]>()
  for (const { file, owner, place, imports } of files) {
    if (place !== 'src') continue
    const arrows = graph.get(owner.folder) ?? []
    graph.set(owner.folder, arrows)
    for (const { target, line } of imports) {
      if (target.to === 'workspace' && target.owner !== owner) arrows.push({ to: target.owner.folder, file, line })
    }
  }
  return graph
}

/** Depth first; an arrow to a place that is still on the path closes a circle. Each place is left once and for all. */
function cyclesOf(graph: Graph): Problem[] {
  const cycles: Problem[] = []
  const left = new Set<string>()
  const path: string[] = []
  const visit = (place: string) => {
    path.push(place)
    for (const { to, file, line } of graph.get(place) ?? []) {
      const start = path.indexOf(to)
      if (start !== -1) cycles.push({ file, line, message: cycleMessage([place, ...path.slice(start)]) })
      else if (!left.has(to)) visit(to)
    }
    path.pop()
    left.add(place)
  }
  for (const place of graph.keys()) if (!left.has(place)) visit(place)
  return cycles
}

function cycleMessage(places: readonly string[]): string {
  return `closes a circle of imports: ${places.join(' -> ')}; in a circle nothing comes first, so nothing can be read or tested alone`
}
