/**
 * Modules of Node without what nobody asks for, in what is built, so that sources and tests say `import` as everywhere. Not for modules
 * that runtimes without Node have as well.
 *
 * Node loads some parts of `fs`, `http` and `util` when they are first used (streams and promises of files, WebSocket, a parser of
 * arguments). An import statement looks at every name there is, and so loads all of them: for `http` it takes 40 ms of a process that starts
 * instead of 3, for `util` 4 and for `fs` 3 instead of none (measured, 2026-11). The module itself is the same object, asked for by
 * `process.getBuiltinModule`.
 *
 * `fs/promises` takes 1.5 ms, whatever is used of it, and many processes use nothing: its functions ask for it when they are called. (`zlib`,
 * 2 ms, is core's to load: builtins.ts there.)
 */
import type { UserConfig } from 'tsdown'

const LEFT = /from "node:(fs|http|util|fs\/promises|zlib)"/
const IMPORT = /^import (\{[^}]*\}|\* as \w+|\w+) from "node:(fs|http|util)";$/gm
const LATE_IMPORT = /^import \{([^}]*)\} from "node:(fs\/promises)";$/gm

export function bareBuiltins(): UserConfig['plugins'] {
  return {
    name: 'bare-builtins',
    // After the map has been made, line by line, so that it stays right.
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type === 'chunk' && part.fileName.endsWith('.js')) part.code = bareOf(part.code, part.fileName)
      }
    },
  }
}

/** @throws Error where one of these modules is imported in a form not known here */
export function bareOf(code: string, fileName: string): string {
  const bare = code
    .replace(IMPORT, (_, names: string, module: string) => declaration(names, module))
    .replace(LATE_IMPORT, (_, names: string, module: string) => lateFunctions(names.split(','), module))
  if (LEFT.test(bare)) throw new Error(`${fileName}: an import of ${LEFT.source} in a form not known here`)
  return bare
}

function declaration(names: string, module: string): string {
  const taken = names.startsWith('{') ? names.replace(/ as /g, ': ') : names.replace('* as ', '')
  return `const ${taken} = process.getBuiltinModule("node:${module}");`
}

/** @throws Error where a name is of no function: it cannot be asked for later */
function lateFunctions(names: readonly string[], module: string): string {
  const there = process.getBuiltinModule(`node:${module}`)
  const functions = names.map((each) => {
    const [name = '', taken = name] = each.trim().split(' as ')
    // A class begins with a capital, and could not be called.
    if (typeof Reflect.get(there ?? {}, name) !== 'function' || /^[A-Z]/.test(name)) {
      throw new Error(`node:${module}: '${name}' is no function; import it from node:fs`)
    }
    return `${taken} = (...given) => process.getBuiltinModule("node:${module}").${name}(...given)`
  })
  return `const ${functions.join(', ')};`
}
