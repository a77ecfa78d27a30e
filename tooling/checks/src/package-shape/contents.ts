/** What lies in a tarball: what every package brings with it, and nothing that is ours alone. */
import { spawnSync } from 'node:child_process'
import type { Problem } from '../problem.ts'

export function contentProblems(packageName: string, tarball: string, required: readonly string[]): Problem[] {
  const { status, stdout, stderr } = spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
  if (status !== 0) return [{ file: packageName, message: `its tarball cannot be read: ${stderr.trim()}` }]
  const files = stdout.split('\n').filter((file) => file !== '' && !file.endsWith('/'))
  const missing = required.filter((name) => !files.includes(`package/${name}`))
  const ours = files.filter((file) => /^package\/(src|test|node_modules)\//.test(file))
  return [
    ...missing.map((name) => ({ file: packageName, message: `its tarball lacks ${name}` })),
    ...ours.slice(0, 1).map((file) => ({
      file: packageName,
      message: `its tarball holds ${file}, which no user needs: see "files" in its package.json`,
    })),
  ]
}
