/**
 * Whether each package says where its source is, as the registry will compare it: provenance names the repository that the
 * build server works for, and an upload whose package.json names another one, or none, is refused.
 */
import { isDeepStrictEqual } from 'node:util'

export interface PublishedManifest {
  /** For example `packages/core`. */
  readonly folder: string
  /** What its package.json has under `repository`. */
  readonly repository: unknown
}

type Environment = Readonly<Record<string, string | undefined>>

/** What is allowed where no build server tells. */
const ADDRESS = 'git+https://<host>/<owner>/<name>.git'

/** One line per value that is wrong, with the package.json files that have it. */
export function addressProblems(manifests: readonly PublishedManifest[], env: Environment): string[] {
  const url = addressOf(env)
  const wrong = manifests.filter(({ folder, repository }) => !isSound(repository, folder, url))
  const byValue = Map.groupBy(wrong, ({ repository }) => JSON.stringify(repository) ?? 'missing')
  return [...byValue].map(([value, found]) => {
    const folders = found.map(({ folder }) => folder)
    const directory = folders.length === 1 ? folders[0] : '<its folder>'
    const allowed = JSON.stringify({ type: 'git', url: url ?? ADDRESS, directory })
    return `"repository" is ${value} in the package.json of ${folders.join(', ')}; allowed is ${allowed}: provenance is held against it`
  })
}

/** The repository that this build server works for; undefined on a machine that is none. */
function addressOf(env: Environment): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: path, CI_PROJECT_URL: project } = env
  if (server !== undefined && path !== undefined) return `git+${server}/${path}.git`
  return project === undefined ? undefined : `git+${project}.git`
}

function isSound(repository: unknown, directory: string, url: string | undefined): boolean {
  if (url !== undefined) return isDeepStrictEqual(repository, { type: 'git', url, directory })
  const named =
    typeof repository === 'object' && repository !== null && 'url' in repository ? repository.url : undefined
  if (typeof named !== 'string' || !/^git\+https:\/\/[^/]+\/.+\.git$/.test(named)) return false
  return isDeepStrictEqual(repository, { type: 'git', url: named, directory })
}
