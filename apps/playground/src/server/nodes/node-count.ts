/** What the command line says about nodes: `--nodes 3`, or nothing. */
import { parseArgs } from 'node:util'
import { ConfigError } from '@stowage/core'

const MOST_NODES = 8

/** @throws ConfigError naming the option, its value and what is allowed */
export function readNodeCount(given: readonly string[]): number {
  // pnpm hands on a "--" that stands before the arguments.
  const args = given[0] === '--' ? given.slice(1) : [...given]
  const text = parsed(args)
  const count = /^\d$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= MOST_NODES) return count
  throw new ConfigError(`--nodes ${text}: allowed are whole numbers from 1 to ${MOST_NODES}`)
}

function parsed(args: string[]): string {
  try {
    return parseArgs({ args, options: { nodes: { type: 'string', default: '1' } } }).values.nodes
  } catch (cause) {
    throw new ConfigError(`${cause instanceof Error ? cause.message : String(cause)}; there is: --nodes <count>`, {
      cause,
    })
  }
}
