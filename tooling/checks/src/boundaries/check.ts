/** All boundary rules over one reading of the workspace. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseManifest } from '../manifest.ts'
import { type CheckResult, countOf, type Problem } from '../problem.ts'
import { cycleProblems } from './cycles.ts'
import { faceProblems } from './faces.ts'
import { floorProblems } from './floors.ts'
import { nameProblems } from './names.ts'
import { reachProblems } from './reach.ts'
import { readSources, type Workspace } from './source-files.ts'
import { versionProblems } from './versions.ts'

export function checkBoundaries(root: string): CheckResult {
  const workspace = readSources(root)
  const rootManifest = parseManifest(readFileSync(join(root, 'package.json'), 'utf8'))
  const importCount = workspace.files.reduce((sum, { imports }) => sum + imports.length, 0)
  return {
    problems: [
      ...syntaxProblems(workspace),
      ...reachProblems(workspace),
      ...floorProblems(workspace),
      ...cycleProblems(workspace),
      ...faceProblems(workspace),
      ...nameProblems(workspace),
      ...versionProblems(workspace.packages, rootManifest),
    ],
    summary: [
      countOf(workspace.packages.length, 'package'),
      countOf(workspace.files.length, 'file'),
      countOf(importCount, 'import'),
    ].join(', '),
  }
}

/** What cannot be read cannot be judged, so it does not pass. */
function syntaxProblems({ files }: Workspace): Problem[] {
  return files.flatMap(({ file, scan }) =>
    scan.syntaxErrors.map((message) => ({ file, message: `syntax: ${message}` })),
  )
}
