/** Files of snapshots under the names that they have until they are whole. A process that is killed leaves one, and the next snapshot takes it away. */
import { lstat, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { randomText } from '@stowage/core'

/** A file that is being written changes all the while. */
const ABANDONED_MS = 60_000
const RANDOM_BYTES = 9
/** What is behind the name of the file, in base64url. */
const ENDING = /^\.[\w-]{12}\.tmp$/

/** A name nobody can foresee. */
export function newDraft(path: string): string {
  return `${path}.${randomText(RANDOM_BYTES, 'base64url')}.tmp`
}

/** Those of the path that nobody writes any more. What cannot be looked at, or taken away, stays: a snapshot does not need it gone. */
export async function clearDrafts(path: string): Promise<void> {
  const [folder, name] = [dirname(path), basename(path)]
  const [listed] = await Promise.allSettled([readdir(folder)])
  const names = listed.status === 'fulfilled' ? listed.value : []
  const drafts = names.filter((each) => each.startsWith(name) && ENDING.test(each.slice(name.length)))
  await Promise.allSettled(drafts.map((draft) => clearIfAbandoned(join(folder, draft))))
}

async function clearIfAbandoned(path: string): Promise<void> {
  const found = await lstat(path)
  if (found.isFile() && found.mtimeMs < Date.now() - ABANDONED_MS) await rm(path)
}
