/** The table of promises on the front page. */
import { versionsOf } from '../material/installed.ts'
import { FEATURES, LIBRARIES } from './features.ts'

export function featuresTable(): string[] {
  const names = LIBRARIES.flatMap(({ package: name }) => name ?? [])
  const versions = versionsOf(names)
  const heads = LIBRARIES.map(({ title, package: name }) => (name === undefined ? title : `${title} ${versions[name]}`))
  return [
    `| | ${heads.join(' | ')} |`,
    `| --- |${' --- |'.repeat(heads.length)}`,
    ...FEATURES.map(({ what, cells: [own, ...others] }) => `| ${what} | **${own}** | ${others.join(' | ')} |`),
  ]
}
