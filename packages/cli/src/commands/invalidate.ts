/** `stowage invalidate`: all that has a tag, a prefix, matches a pattern, or everything. */
import type { Target } from '@stowage/core'
import type { Command } from 'commander'
import { confirmed } from '../confirmation.ts'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { namespaceOf, partsText, prefixOf } from '../key-text.ts'
import { type StoreOptions, severalTimes, withJson, withNamespace, withStore } from '../store-options.ts'
import { harmless, writeJson, writeLine } from '../terminal.ts'
import { cacheOn, visit } from '../visit.ts'

interface InvalidateOptions extends StoreOptions {
  readonly namespace: readonly string[]
  readonly parts?: true
  readonly tag: readonly string[]
  readonly prefix?: string
  readonly pattern?: string
  readonly all?: true
  readonly yes?: true
}

export function addInvalidate(program: Command): void {
  const command = program.command('invalidate').summary('make sure that nothing it covers is served again')
  withNamespace(withStore(command))
    .description(
      'Make sure that nothing it covers is served again, nor stored by a load that began before. Services that hold copies are told on their bus; without one they serve them until their cap. One of:',
    )
    .addOption(severalTimes('--tag <name>', 'all that has the tag; once more for each further one'))
    .option('--prefix <text>', 'text keys that begin so; with --parts those whose first parts these are')
    .option('--pattern <glob>', 'text keys that match: * any run, ? one character, \\ takes the next literally')
    .option('--all', 'everything in the namespace, and in those within it')
    .option(
      '--parts',
      'the prefix is given as JSON: an array of parts, or a text; a namespace, too, where it begins with a "',
    )
    .option('-y, --yes', 'do not ask')
  withJson(command).action(async (store: string, options: InvalidateOptions) => {
    const target = targetOf(options)
    const namespace = namespaceOf(options.namespace, options.parts)
    await visit(store, options, async (visited) => {
      const what = targetText(target)
      const where = [visited.target.label, ...namespace].map(harmless).join(' / ')
      await confirmed(`Invalidate ${what} in ${where}?`, options.yes, visited.signal)
      await cacheOn(visited, namespace).invalidate(target)
      await (options.json
        ? writeJson({
            namespace,
            invalidated: target,
            parts: 'prefix' in target ? partsText(target.prefix) : undefined,
          })
        : writeLine(`invalidated ${what} in ${where}`))
    })
  })
}

function targetOf({ tag, prefix, parts, pattern, all }: InvalidateOptions): Target {
  const targets: Target[] = [
    ...(tag.length > 0 ? [{ tags: tag }] : []),
    ...(prefix === undefined ? [] : [{ prefix: prefixOf(prefix, parts) }]),
    ...(pattern === undefined ? [] : [{ pattern }]),
    ...(all === true ? [{ all }] : []),
  ]
  const [target] = targets
  if (target !== undefined && targets.length === 1) return target
  throw new Failure(
    EXIT_CODES.usage,
    `invalidate: ${targets.length} targets are given; allowed: one of --tag, --prefix, --pattern, --all`,
  )
}

/** As {@link Target} is written, parts that JSON does not know too. */
function targetText(target: Target): string {
  const parts = 'prefix' in target ? partsText(target.prefix) : undefined
  return harmless(parts === undefined ? JSON.stringify(target) : `{"prefix":${parts}}`)
}
