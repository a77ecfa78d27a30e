/** Compiles the examples of a project with the compiler it has installed, by the settings that `tsc --init` and the READMEs name. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Run, run } from './project.ts'

const SETTINGS = { module: 'nodenext', target: 'es2023', strict: true, skipLibCheck: false, noEmit: true }

/** An example that takes longer waits for something that is not there. */
export const EXAMPLE_LIMIT_MS = 30_000

export function compileExamples(folder: string, libraries: ReadonlyMap<string, string>): Promise<Run> {
  const types = libraries.has('@types/node') ? ['node'] : []
  const settings = { compilerOptions: { ...SETTINGS, types }, include: ['examples'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings))
  return run(join(folder, 'node_modules/.bin/tsc'), ['--pretty', 'false'], folder)
}
