/**
 * Modules of Node without what nobody asks for, in what is built, so that sources and tests say `import` as everywhere. Not for modules
 * that runtimes without Node have as well.
 *
 * Node loads some parts of `fs`, `http` and `util` when they are first used (streams and promises of files, WebSocket, a parser of
 * arguments). An import statement looks at every name there is, and so loads all of them: for `http` it takes 40 ms of a process that starts
 * instead of 3, for `util` 4 and for `fs` 3 instead of none (measured, 2026-11). The module itself is the same object, asked for by
 * `process.getBuiltinModule`.
 *
 * `fs/promises` and `zlib` take 1.5 and 2 ms each, whatever is used of them, and many processes use nothing: their functions ask for the
 * module when they are called.
 */
import type { UserConfig } from 'tsdown'

const LEFT = /from "node:(fs|http|util|fs\/promises|zlib)"/
const IMPORT = /^import (\{[^}]*\}|\* as \w+|\w+) from "node:(fs|http|util)";$/gm
const LATE_IMPORT = /^import \{([^}]*)\} from "node:(fs\/promises|zlib)";$/gm

export function bareBuiltins(): UserConfig['plugins'] {
  return {
    name: 'bare-builtins',
    // After the map has been made, line by line, so that it stays right.
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk' || !part.fileName.endsWith('.js')) continue
        part.code = part.code
          .replace(IMPORT, (_, names: string, module: string) => declaration(names, module))
          .replace(LATE_IMPORT, (_, names: string, module: string) => lateFunctions(names.split(','), module))
        if (LEFT.test(part.code))
          throw new Error(`${part.fileName}: an import of ${LEFT.source} in a form not known here`)
      }
    },
  }
}

function declaration(names: string, module: string): string {
  const taken = names.startsWith('{') ? names.replace(/ as /g, ': ') : names.replace('* as ', '')
  return `const ${taken} = process.getBuiltinModule("node:${module}");`
}

/** @throws Error where a name is of no function: it cannot be asked for later */
function lateFunctions(names: readonly string[], module: string): string {
  const functions = names.map((each) => {
    const [name = '', taken = name] = each.trim().split(' as ')
    const there: unknown = Reflect.get(process.getBuiltinModule(`node:${module}`) ?? {}, name)
    // A class has members beside its constructor, or begins with a capital.
    if (typeof there !== 'function' || /^[A-Z]/.test(name)) throw new Error(`node:${module}: '${name}' is no function`)
    return `${taken} = (...given) => process.getBuiltinModule("node:${module}").${name}(...given)`
  })
  return `const ${functions.join(', ')};`
}
