/**
 * Where a dependency's version is written: in the catalogs of pnpm-workspace.yaml and nowhere else. pnpm installs one
 * typed into a package.json without complaint, and then two packages drift apart.
 */
import { DEPENDENCY_FIELDS, type DependencyField, type Manifest } from '../manifest.ts'
import type { Problem } from '../problem.ts'
import type { WorkspacePackage } from '../workspace.ts'

/** Users install these, so they are ranges: of siblings, of libraries, of what the user brings. */
const SHIPPED = ['workspace:^', 'catalog:lib', 'catalog:peer'] as const
const INTERNAL = ['workspace:^', 'workspace:*', 'catalog:', 'catalog:reference'] as const

export function versionProblems(packages: readonly WorkspacePackage[], rootManifest: Manifest): Problem[] {
  return [
    ...dependencyProblems('package.json', rootManifest, () => INTERNAL),
    ...packages.flatMap(({ folder, floor, manifest }) => {
      const isPublished = floor === 'packages'
      const file = `${folder}/package.json`
      const allowedIn = (field: DependencyField) => (isPublished && field !== 'devDependencies' ? SHIPPED : INTERNAL)
      return [...privacyProblems(file, manifest, isPublished), ...dependencyProblems(file, manifest, allowedIn)]
    }),
  ]
}

function dependencyProblems(
  file: string,
  manifest: Manifest,
  allowedIn: (field: DependencyField) => readonly string[],
): Problem[] {
  return DEPENDENCY_FIELDS.flatMap((field) => {
    const allowed = allowedIn(field)
    return [...(manifest.dependencies.get(field) ?? [])].flatMap(([name, range]) => {
      if (allowed.includes(range)) return []
      const message = `${field}: ${name} is "${range}"; allowed is ${allowed.join(', ')}, so that each version has one home, pnpm-workspace.yaml`
      return [{ file, message }]
    })
  })
}

function privacyProblems(file: string, { name, isPrivate }: Manifest, isPublished: boolean): Problem[] {
  if (isPublished && isPrivate) {
    return [
      { file, message: `${name} is private: packages/* is what users install; ours alone go to apps/* or tooling/*` },
    ]
  }
  if (!isPublished && !isPrivate) {
    return [
      { file, message: `${name} is not "private": true; only packages/* is published, and this could be by mistake` },
    ]
  }
  return []
}
