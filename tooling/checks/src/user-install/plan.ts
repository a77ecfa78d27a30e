/** What is to be installed and tried, by whom and on what. */
import type { Client } from './project.ts'
import type { Tarball } from './tarball.ts'

export interface InstallPlan {
  readonly tarballs: readonly Tarball[]
  /** Name to version: what the examples want besides our packages. */
  readonly libraries: ReadonlyMap<string, string>
  /** A README that is in no tarball, if any. */
  readonly rootReadme?: string
  /** Who installs everything into one project, where every example is tried. */
  readonly together?: Client
  /** Who makes a project for each README, and installs there what that names. */
  readonly each?: Client
  readonly nodePrograms: readonly string[]
  readonly redis: { readonly url: string } | { readonly skipReason: string }
}
