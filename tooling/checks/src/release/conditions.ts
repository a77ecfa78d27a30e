/**
 * What has to hold before anything is uploaded, since nothing can be taken back: the commit is all there is, it has its
 * versions, and the registry will be able to say from which commit and by which build server each package was made.
 */
import { addressProblems, type PublishedManifest } from './source-address.ts'

export interface ReleaseState {
  readonly uncommitted: readonly string[]
  readonly changesets: readonly string[]
  readonly manifests: readonly PublishedManifest[]
  readonly env: { readonly [name: string]: string | undefined }
}

/** Where a build server hands out the tokens that provenance is signed with: GitHub Actions, GitLab. */
const TOKEN_SOURCES = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'SIGSTORE_ID_TOKEN'] as const

export function reasonsAgainst({ uncommitted, changesets, manifests, env }: ReleaseState): string[] {
  const reasons: string[] = []
  if (uncommitted.length > 0) reasons.push(`not committed: ${uncommitted.join(', ')}`)
  if (changesets.length > 0)
    reasons.push(`${changesets.length} changesets wait: pnpm release --prepare, then commit what it wrote`)
  reasons.push(...addressProblems(manifests, env))
  if (TOKEN_SOURCES.every((name) => (env[name] ?? '') === ''))
    reasons.push(
      `no token for provenance: neither ${TOKEN_SOURCES.join(' nor ')} is set, so this is no build server that can sign`,
    )
  return reasons
}
