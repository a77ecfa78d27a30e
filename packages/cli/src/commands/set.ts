/** `stowage set`: one value, from the command line or from stdin. */
import { buffer } from 'node:stream/consumers'
import { codecNamed } from '@stowage/config'
import { type Ttl, ttlMs } from '@stowage/core'
import { type Command, Option } from 'commander'
import { EXIT_CODES } from '../exit-codes.ts'
import { Failure } from '../failure.ts'
import { keyOf, keyText, namespaceOf, partsText } from '../key-text.ts'
import { withUnit } from '../number-options.ts'
import { type StoreOptions, severalTimes, withJson, withNamespace, withStore } from '../store-options.ts'
import { writeJson, writeLine } from '../terminal.ts'
import { cacheOn, visit } from '../visit.ts'

interface SetOptions extends StoreOptions {
  readonly namespace: readonly string[]
  readonly parts?: true
  readonly ttl: string
  readonly tag: readonly string[]
  readonly as: 'text' | 'json' | 'bytes'
  readonly codec?: 'default' | 'json' | 'msgpack'
  readonly compression?: 'none' | 'zstd'
}

export function addSet(program: Command): void {
  const command = program.command('set').summary('store one value')
  withNamespace(withStore(command).argument('<key>', 'text, or with --parts JSON'))
    .argument('[value]', 'what to store; from stdin if it is not given')
    .description('Store one value. Written as the readers are configured to read: see --codec and --compression.')
    .requiredOption('--ttl <time>', 'how long it is fresh: 30s, 15m, 1h, 7d, forever')
    .addOption(severalTimes('--tag <name>', 'a tag; once more for each further one'))
    .option(
      '--parts',
      'the key is given as JSON: an array of parts, or a text; a namespace, too, where it begins with a "',
    )
    .addOption(new Option('--as <what>', 'what the value is').choices(['text', 'json', 'bytes']).default('text'))
    .addOption(new Option('--codec <name>', 'how it becomes bytes').choices(['default', 'json', 'msgpack']))
    .addOption(new Option('--compression <name>', 'whether it is compressed').choices(['none', 'zstd']))
  withJson(command).action(set)
}

async function set(store: string, text: string, given: string | undefined, options: SetOptions): Promise<void> {
  const key = keyOf(text, options.parts)
  const namespace = namespaceOf(options.namespace, options.parts)
  const ttl: Ttl = options.ttl === 'forever' ? 'forever' : ttlMs('--ttl', withUnit('--ttl', options.ttl))
  const bytes = given === undefined ? await buffer(process.stdin) : Buffer.from(given)
  const value = valueFrom(bytes, options.as)
  await visit(store, options, async (visited) => {
    const { codec: name, compression = 'none' } = options
    const own = name === undefined && options.compression === undefined ? visited.target.codec : undefined
    const codec = own ?? (await codecNamed({ at: '--codec', codec: name ?? 'default', compression }))
    const cache = cacheOn({ ...visited, target: { ...visited.target, codec } }, namespace)
    const result = await cache.set(key, value, { ttl, tags: options.tag })
    if (result.outcome === 'refused') throw new Failure(EXIT_CODES.failed, `${keyText(key)}: refused, ${result.reason}`)
    await (options.json
      ? writeJson({ namespace, key, parts: partsText(key), ...result })
      : writeLine(`stored ${keyText(key)}`))
  })
}

function valueFrom(bytes: Buffer, as: SetOptions['as']): unknown {
  if (as === 'bytes') return bytes
  const text = bytes.toString()
  if (as === 'text') return text
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Failure(EXIT_CODES.usage, 'value: what is given is no JSON; allowed with --as json: e.g. {"rows":3}', {
      cause,
    })
  }
}
