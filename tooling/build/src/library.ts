/** The build of a published package: ESM for the oldest Node we promise, declarations beside the code. */
import type { UserConfig } from 'tsdown'
import { ascii } from './ascii.ts'
import { bareBuiltins } from './bare-builtins.ts'

export function library(options: UserConfig = {}): UserConfig {
  return {
    entry: ['src/index.ts'],
    format: 'esm',
    platform: 'node',
    target: 'node22.18',
    dts: { sourcemap: false },
    sourcemap: true,
    // Every process that imports a package reads it; the comments are in the declarations and the source.
    outputOptions: { comments: false },
    plugins: [bareBuiltins(), ascii()],
    clean: true,
    fixedExtension: false,
    ...options,
  }
}
