/** The command `code-index`: a folder of TypeScript, outlined by several processes through one cache. */
import { ConfigError } from '@stowage/core'
import { readWish } from './arguments.ts'
import { runIndex } from './crew.ts'
import { reportText } from './report.ts'

async function main(): Promise<void> {
  // A package runner starts this in the app's folder, and says where the reader is.
  const wish = readWish(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd())
  console.log(reportText(await runIndex(wish)))
}

main().catch((error: unknown) => {
  const isForTheReader = error instanceof ConfigError || (error instanceof Error && 'code' in error)
  console.error(isForTheReader ? error.message : error)
  process.exitCode = 1
})
