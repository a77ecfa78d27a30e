/** What the command line asks for. */
import { parseArgs } from 'node:util'
import type { Scale, Workload } from './harness/contract.ts'

export const USAGE = `Usage: pnpm bench [--quick] [--only <workload>]... [--json <file> | --again <file>]

  --quick            a look at some workloads in under three minutes; not for results
  --only <workload>  this workload only; may be given several times; with --quick any of them
  --json <file>      also write everything that was measured to a file
  --again <file>     put it into such a file, in the place of what these workloads had there; same machine, same versions
`

/** The first rounds only warm up: the compiler settles. A round on a store has fewer calls, so that it takes more of them: about a second. */
const FULL: Scale = {
  purpose: 'results',
  hitKeyCount: 100_000,
  warmUpCount: 2,
  roundCount: 11,
  roundCpuMs: 200,
  store: { warmUpCount: 4, roundCount: 5, workMs: 200, sustainedMs: 10_000, rowCount: 20_000 },
}
const QUICK: Scale = {
  purpose: 'look',
  hitKeyCount: 10_000,
  warmUpCount: 1,
  roundCount: 3,
  roundCpuMs: 40,
  store: { warmUpCount: 1, roundCount: 2, workMs: 40, sustainedMs: 2_000, rowCount: 2_000 },
}

export interface Wish {
  readonly scale: Scale
  readonly workloads: readonly Workload[]
  readonly jsonPath: string | undefined
  /** A file of an earlier run, which is to have these workloads anew. */
  readonly againPath: string | undefined
}

interface Choice {
  readonly workloads: readonly Workload[]
  /** Those of a quick look. */
  readonly quickWorkloads: readonly Workload[]
}

/** What the user can put right: shown without a stack. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError'
}

/** @throws ArgumentError naming the option, the value and what is allowed. */
export function readArguments(given: readonly string[], { workloads, quickWorkloads }: Choice): Wish {
  const { quick, only = [], json: jsonPath, again: againPath } = parsed(given)
  if (againPath !== undefined && (quick || jsonPath !== undefined)) {
    throw new ArgumentError(
      `--again ${againPath}: not with --${quick ? 'quick' : 'json'}; results are of full rounds, in one file`,
    )
  }
  const unknown = only.find((wanted) => !workloads.some(({ name }) => name === wanted))
  if (unknown !== undefined) {
    const names = workloads.map(({ name }) => name).join(', ')
    throw new ArgumentError(`--only ${unknown}: no such workload; allowed: ${names}`)
  }
  return {
    scale: quick ? QUICK : FULL,
    workloads:
      only.length > 0 ? workloads.filter(({ name }) => only.includes(name)) : quick ? quickWorkloads : workloads,
    jsonPath,
    againPath,
  }
}

function parsed(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
        again: { type: 'string' },
      },
    }).values
  } catch (cause) {
    throw new ArgumentError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
