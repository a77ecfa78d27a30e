/** The command behind `bench:results`: writes the pages of the committed run, results/latest.json. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resultFiles } from './results/files.ts'

const files = await resultFiles()
// Of a workload that is no more, no plot stays.
rmSync(fileURLToPath(new URL('../results/plots', import.meta.url)), { recursive: true, force: true })
for (const [path, text] of files) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
console.log(`${files.size} files of apps/bench/results and README.md are up to date`)
