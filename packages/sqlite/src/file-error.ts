/** What the filesystem threw, by the system's own names. */

/** E.g. `ENOENT`; undefined for what is no error of the system. */
export function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined
}

/** Whether there is nothing at the path, or not even a folder for it. */
export function isMissing(thrown: unknown): boolean {
  const code = codeOf(thrown)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** Linux refuses links to files of others with EPERM, and so does a disk that knows none. */
const CANNOT_LINK: ReadonlySet<string | undefined> = new Set([
  'EXDEV',
  'EPERM',
  'EMLINK',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
])

/** Whether the file can get no second name there, whatever is done about it. */
export function isUnlinkable(thrown: unknown): boolean {
  return CANNOT_LINK.has(codeOf(thrown))
}

/** Whether no file may be so long, of this process (`ulimit -f`) or on this filesystem, however much room there is. */
export function isTooLong(thrown: unknown): boolean {
  return codeOf(thrown) === 'EFBIG'
}
