/** `stowage delete`: keys, one by one. */
import type { Command } from 'commander'
import { confirmed } from '../confirmation.ts'
import { EXIT_CODES, type Exit } from '../exit-codes.ts'
import { keyOf, keyText, namespaceOf, partsHint, partsText } from '../key-text.ts'
import { type StoreOptions, withJson, withNamespace, withStore } from '../store-options.ts'
import { shown, writeJson, writeLine } from '../terminal.ts'
import { cacheOn, visit } from '../visit.ts'

interface DeleteOptions extends StoreOptions {
  readonly namespace: readonly string[]
  readonly parts?: true
  readonly yes?: true
}

export function addDelete(program: Command, exit: Exit): void {
  const command = program.command('delete').summary('delete keys')
  withNamespace(withStore(command).argument('<key...>', 'texts, or with --parts JSON'))
    .description(
      'Delete keys. No load that began before can bring one back. Services that hold copies are told on their bus; without one they serve them until their cap.',
    )
    .option(
      '--parts',
      'keys are given as JSON: an array of parts, or a text; a namespace, too, where it begins with a "',
    )
    .option('-y, --yes', 'do not ask')
  withJson(command, 'as JSON, one line for each key').action(
    async (store: string, texts: string[], options: DeleteOptions) => {
      const namespace = namespaceOf(options.namespace, options.parts)
      const keys = texts.map((text) => keyOf(text, options.parts))
      await visit(store, options, async (visited) => {
        await confirmed(
          `Delete ${keys.map(keyText).join(', ')} from ${visited.target.label}?`,
          options.yes,
          visited.signal,
        )
        const cache = cacheOn(visited, namespace)
        for (const key of keys) {
          visited.signal.throwIfAborted()
          const deleted = await cache.delete(key)
          if (!deleted) exit(EXIT_CODES.no)
          const line = deleted
            ? `deleted ${keyText(key)}`
            : shown('yellow', `not there: ${keyText(key)}${partsHint(key)}`)
          await (options.json ? writeJson({ namespace, key, parts: partsText(key), deleted }) : writeLine(line))
        }
      })
    },
  )
}
