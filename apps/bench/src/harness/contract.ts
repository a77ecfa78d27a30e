/**
 * What a workload and its entrants are to the harness. The harness knows no cache: it opens entrants, asks them for
 * rounds and compares their figures. Every figure is a cost, so less is better.
 */

/** One round's costs by measure, e.g. `{ cpuNs: 341 }`. */
export type Figures = Readonly<Record<string, number>>

export interface Rounds {
  /** Rounds that come first and do not count. */
  readonly warmUpCount: number
  readonly roundCount: number
  /**
   * How many times all entrants sit down anew, in new processes, each for so many rounds; 1 unless told. Where a process's memory
   * happens to lie is worth a tenth of what waits for little else.
   */
  readonly sittingCount?: number | undefined
  /**
   * How many turns a round is shared among; 1 unless told. In each turn every entrant is asked once, and a round's figures are the means of
   * its turns: what slows the machine down for a tenth of a second is shared by all.
   */
  readonly turnCount?: number | undefined
}

/** How long things may take: `full` for results, `quick` for a look. */
export interface Scale extends Rounds {
  /** `look`: too short, and of too few rounds, to be quoted. */
  readonly purpose: 'results' | 'look'
  /** Entries of a workload of hits that does not say how many: for results more than the processor's caches hold. */
  readonly hitKeyCount: number
  /** CPU time one round of a hot loop spends. */
  readonly roundCpuMs: number
  readonly store: StoreScale
}

/** The same for work on a disk, which is measured on the wall's clock. */
interface StoreScale extends Rounds {
  /** Wall time that one kind of work of a round takes. */
  readonly workMs: number
  /** Wall time of a round that has to outlast the store's buffers. */
  readonly sustainedMs: number
  /** Rows of 2 KB in a store. */
  readonly rowCount: number
}

/** One entrant at work on one workload, in a process of its own. */
export interface Bout {
  /** Shows that the entrant keeps the workload's contract. @throws WrongAnswerError when it does not */
  smoke(): Promise<void>
  /** @throws WrongAnswerError when the round served something wrong */
  round(): Promise<Figures>
  close(): Promise<void>
}

export interface Entrant {
  readonly name: string
  /** Packages whose versions belong to the result. */
  readonly packages: readonly string[]
  open(scale: Scale): Promise<Bout>
}

/** A row whose entrant does not exist yet, shown with the reason. */
interface Awaited {
  readonly name: string
  readonly reason: string
}

export interface Measure {
  readonly name: string
  /** Column title with its unit. */
  readonly title: string
  /** Stands for itself: no ratio to the reference is shown. */
  readonly isAbsolute?: boolean | undefined
}

/**
 * What a figure should be. `speed`: how many times as cheap as the reference, at least; `cost`: how many times as dear,
 * at most; `excess`: how much above the reference's, at most; `figure`: itself, at most.
 */
export interface Target {
  readonly entrant: string
  readonly measure: string
  readonly form: 'speed' | 'cost' | 'excess' | 'figure'
  /** Another reference than the workload's own. */
  readonly against?: string | undefined
  /** What a release needs, and what the design is known to reach. */
  readonly must: number
  readonly aim: number
}

export interface Workload {
  /** What `--only` takes. */
  readonly name: string
  /** Row of the targets' table. */
  readonly row: number
  readonly title: string
  readonly entrants: readonly Entrant[]
  readonly awaited?: readonly Awaited[]
  readonly measures: readonly Measure[]
  /** Entrant whose figure is 1.00; absent where figures stand for themselves. */
  readonly reference?: string | undefined
  readonly targets: readonly Target[]
  /** Absent: as many as the scale says. */
  readonly rounds?: (scale: Scale) => Rounds
}

/** An entrant needs something that this machine has not got. */
export class SkippedError extends Error {
  override readonly name = 'SkippedError'
}

/** An entrant served what it should not have: its figures do not count. */
export class WrongAnswerError extends Error {
  override readonly name = 'WrongAnswerError'
}
