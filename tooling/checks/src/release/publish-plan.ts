/** What `changeset pack` has written beside its tarballs: which packages a registry lacks, and where their bytes are. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface PlannedPackage {
  readonly name: string
  readonly version: string
  /** Where its tarball is. */
  readonly tarball: string
}

/** @throws Error for a plan of another shape: changesets says that it may still change. */
export function readPublishPlan(folder: string): PlannedPackage[] {
  const plan = fieldOf(JSON.parse(readFileSync(join(folder, 'publish-plan.json'), 'utf8')), 'plan')
  if (!Array.isArray(plan)) throw new Error('publish-plan.json holds no list named "plan"')
  return plan
    .flat()
    .filter((one) => fieldOf(one, 'kind') === 'publish')
    .map((one: unknown) => ({
      name: textOf(one, 'name'),
      version: textOf(one, 'version'),
      tarball: join(folder, textOf(fieldOf(one, 'tarball'), 'path')),
    }))
}

function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name)
  if (typeof text === 'string') return text
  throw new Error(`publish-plan.json: "${name}" is ${JSON.stringify(text)}, not a text`)
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
