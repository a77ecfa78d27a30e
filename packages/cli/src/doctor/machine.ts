/** The Node that this runs on: a service on the same machine mostly has it too. */
import { type Finding, fault, fine, note } from './finding.ts'

export interface Runtime {
  /** Of Node, without the v. */
  readonly version: string
  /** Of releases with long support. */
  readonly codename: string | undefined
}

/** What package.json's `engines` says. */
const OLDEST = [22, 18] as const

export function thisRuntime(): Runtime {
  return { version: process.versions.node, codename: process.release.lts }
}

export function runtimeFinding({ version, codename }: Runtime): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const says = `${version}${codename === undefined ? '' : ` (${codename})`}`
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])
  if (isOld) return fault('node', says, `install Node ${OLDEST.join('.')} or later`)
  if (codename === undefined) return note('node', says, 'for services take a release with long support: even numbers')
  return fine('node', says)
}
