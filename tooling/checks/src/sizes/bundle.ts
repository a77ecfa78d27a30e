/**
 * How many bytes an entry point brings into a user's bundle: one minified file of it and of what it loads at once, other
 * packages left out, compressed. Parts that it loads later, such as a policy that was asked for, do not count.
 */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

export interface Bundle {
  /** A file of source, relative to the repository. */
  readonly source: string
  /** What a user imports of it; everything when not given. */
  readonly name?: string
  /** Files that do not count. */
  readonly without?: RegExp
}

const VIRTUAL = '\0measured'

/** Other packages and modules of Node. */
function isBare(id: string): boolean {
  return /^[@\w]/.test(id)
}

export async function bundledBytes(root: string, { source, name, without }: Bundle): Promise<number> {
  const file = JSON.stringify(join(root, source))
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root,
    plugins: [
      {
        name: 'measured',
        enforce: 'pre',
        resolveId: (id, importer) => {
          if (id === VIRTUAL) return id
          return without?.test(id) === true && importer !== VIRTUAL ? { id, external: true } : null
        },
        load: (id) => (id === VIRTUAL ? `export ${name === undefined ? '*' : `{ ${name} }`} from ${file}` : null),
      },
    ],
    build: {
      write: false,
      minify: true,
      target: 'node22.18',
      ssr: true,
      rolldownOptions: { input: VIRTUAL, external: isBare },
    },
  })
  const [output] = [built].flat()
  if (output === undefined || !('output' in output)) throw new Error(`${source} was not bundled`)
  const entry = output.output.find((chunk) => chunk.type === 'chunk' && chunk.isEntry)
  if (entry?.type !== 'chunk') throw new Error(`the bundle of ${source} has no entry`)
  return gzipSync(entry.code, { level: 9 }).length
}
