/** What the check of any structure looks at and finds. A repair is a commit on what was seen: what changes meanwhile is left alone. */
import {
  ConfigError,
  describe,
  requireKnownOptions,
  type SpaceChange,
  type SpaceCommit,
  type SpaceRange,
  type SpaceRecord,
  yieldToLoop,
} from '@stowage/core'
import type { Space } from './space.ts'

export interface StructureReport {
  /** Records that were looked at. */
  readonly records: number
  /** Those whose bytes are not what was written. */
  readonly torn: number
  /** Those under a key that is none of this kind of structure, or not the one at its place in the order: nobody finds them. */
  readonly misplaced: number
  /** Those without the other half of their pair. */
  readonly unpaired: number
  /** Figures that do not agree with what is there. */
  readonly wrong: number
  /** How much of all that was put right. The rest is the owner's to judge: nothing is thrown away that somebody may want. */
  readonly repaired: number
}

export interface CheckOptions {
  /** Default: false. */
  readonly repair?: boolean
}

/** Whether a check is to repair. @throws ConfigError: what was not asked for must not be done */
export function repairIn(options: CheckOptions = {}): boolean {
  requireKnownOptions('check', options, ['repair'])
  const { repair = false } = options
  if (typeof repair === 'boolean') return repair
  throw new ConfigError(`check: repair: ${describe(repair)} is not allowed; allowed: true, false`)
}

const PAGE = 200
const EVERYTHING: SpaceRange = { from: '', to: undefined }

export class Examination {
  records = 0
  torn = 0
  misplaced = 0
  unpaired = 0
  wrong = 0
  repaired = 0
  readonly space: Space
  readonly isRepairing: boolean

  constructor(space: Space, isRepairing: boolean) {
    this.space = space
    this.isRepairing = isRepairing
  }

  /** @returns whether it was done */
  async repair(expect: SpaceCommit['expect'], changes: readonly SpaceChange[]): Promise<boolean> {
    if (!this.isRepairing) return false
    const seen = expect.map(({ key, version }) => ({ key, version }))
    const { outcome } = await this.space.commit({ expect: seen, changes, isTold: true })
    if (outcome === 'done') this.repaired++
    return outcome === 'done'
  }

  report(): StructureReport {
    const { records, torn, misplaced, unpaired, wrong, repaired } = this
    return { records, torn, misplaced, unpaired, wrong, repaired }
  }
}

/** In order, in steps: what changes meanwhile may be among them or not. */
export async function* pagesOf(space: Space, range: SpaceRange = EVERYTHING): AsyncGenerator<readonly SpaceRecord[]> {
  for (let { from } = range; ; ) {
    const page = await space.scan({ ...range, from }, PAGE)
    yield page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    await yieldToLoop()
    // The next key there can be.
    from = `${last.key}\0`
  }
}

/** Of structures that are a few records of known names. @param isSound what a record of that name says; undefined: there is none such */
export async function examineFew(
  examination: Examination,
  isSound: (record: SpaceRecord) => boolean | undefined,
): Promise<readonly SpaceRecord[]> {
  const torn: SpaceRecord[] = []
  for await (const page of pagesOf(examination.space)) {
    for (const record of page) {
      examination.records++
      const verdict = isSound(record)
      if (verdict === undefined) examination.misplaced++
      if (verdict !== false) continue
      examination.torn++
      torn.push(record)
    }
  }
  return torn
}
