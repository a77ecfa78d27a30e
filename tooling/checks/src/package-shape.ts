/** The package in the current folder, packed and looked at as a user would get it. Its `dist` has to be built. */
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseManifest } from './manifest.ts'
import { checkTarball, packPackage } from './package-shape/check.ts'
import { contentProblems } from './package-shape/contents.ts'
import { type CheckResult, tellProblems } from './problem.ts'

const folder = process.cwd()
const tarball = join(folder, 'node_modules/.cache/package.tgz')
const { name } = parseManifest(readFileSync(join(folder, 'package.json'), 'utf8'))
mkdirSync(dirname(tarball), { recursive: true })
const packed = packPackage(folder, tarball)
tellProblems('package shape', packed.problems.length > 0 ? packed : shapeOf(tarball))

function shapeOf(file: string): CheckResult {
  const { problems, summary } = checkTarball(name, file)
  return { problems: [...problems, ...contentProblems(name, file, ['LICENSE', 'README.md'])], summary }
}
