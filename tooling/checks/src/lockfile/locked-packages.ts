/**
 * The package list of pnpm-lock.yaml, read line by line. The file is written by a machine in one fixed form (version 9),
 * and another form is refused, so a YAML library would only read the same lines more slowly.
 */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  readonly line: number
  readonly resolution: string
  /** Needed by optional dependencies only, so it may be absent on this machine. */
  readonly isOptional: boolean
}

export function parseLockfile(text: string): LockedPackage[] {
  const lines = text.split('\n')
  if (!lines.includes("lockfileVersion: '9.0'"))
    throw new Error("pnpm-lock.yaml: only lockfileVersion '9.0' is known here")
  const optional = new Set<string>()
  for (const { key, fields } of entriesOf(lines, 'snapshots')) {
    if (fields.includes('optional: true')) optional.add(key.replace(/\(.*$/, ''))
  }
  return entriesOf(lines, 'packages').map(({ key, line, fields }) => {
    const at = key.lastIndexOf('@')
    const resolution = fields.find((field) => field.startsWith('resolution: ')) ?? ''
    return { name: key.slice(0, at), version: key.slice(at + 1), line, resolution, isOptional: optional.has(key) }
  })
}

/** Optional dependencies that pnpm-workspace.yaml leaves out on purpose. */
export function leftOut(text: string): ReadonlySet<string> {
  const [, section = ''] = /^ignoredOptionalDependencies:\n((?: {2}- .*\n)+)/m.exec(text) ?? []
  return new Set(Array.from(section.matchAll(/- '?([^'\n]+)'?/g), ([, name = '']) => name))
}

interface LockEntry {
  readonly key: string
  readonly line: number
  readonly fields: string[]
}

function entriesOf(lines: readonly string[], section: 'packages' | 'snapshots'): LockEntry[] {
  const start = lines.indexOf(`${section}:`)
  if (start === -1) return []
  const entries: LockEntry[] = []
  for (const [index, text] of lines.entries()) {
    if (index <= start) continue
    if (/^\S/.test(text)) break
    const key = /^ {2}'?([^ '].*?)'?:( \{\})?$/.exec(text)?.[1]
    if (key !== undefined) entries.push({ key, line: index + 1, fields: [] })
    else if (text.startsWith('    ')) entries.at(-1)?.fields.push(text.trim())
  }
  return entries
}
