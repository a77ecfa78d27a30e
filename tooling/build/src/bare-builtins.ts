/**
 * Modules of Node without the parts that nobody asks for. Node loads some parts of `fs`, `http` and `util` when they are first used (streams
 * and promises of files, WebSocket, a parser of arguments). An import statement looks at every name there is, and so loads all of them: for
 * `http` it takes 40 ms of a process that starts instead of 3, for `util` 4 and for `fs` 3 instead of none (measured, 2026-11). The
 * module itself is the same object, asked for by `process.getBuiltinModule`.
 *
 * In what is built, so that sources and tests say `import` as everywhere. Not for modules that run without Node have as well.
 */
import type { UserConfig } from 'tsdown'

const LEFT = /from "node:(fs|http|util)"/
const IMPORT = /^import (\{[^}]*\}|\* as \w+|\w+) from "node:(fs|http|util)";$/gm

export function bareBuiltins(): UserConfig['plugins'] {
  return {
    name: 'bare-builtins',
    // After the map has been made, line by line, so that it stays right.
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk' || !part.fileName.endsWith('.js')) continue
        part.code = part.code.replace(IMPORT, (_, names: string, module: string) => declaration(names, module))
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
