/** An index.ts of a published package is its face: names that it passes on, each on purpose, and nothing else. */
import type { Problem } from '../problem.ts'
import type { Workspace } from './source-files.ts'

const REASONS = {
  'export-all': '`export *`: the face names what it shows, or a helper becomes a promise by accident',
  logic: 'something else than `export { name } from`: a face holds no logic, that has a room and a name of its own',
} as const

export function faceProblems({ files }: Workspace): Problem[] {
  const faces = files.filter(
    ({ file, owner, place }) => owner.floor === 'packages' && place === 'src' && /\/index\.tsx?$/.test(file),
  )
  return faces.flatMap(({ file, scan }) =>
    scan.ownStatements.map(({ what, line }) => ({ file, line, message: REASONS[what] })),
  )
}
