/** Plays all steps of the story and prints their table; `--write` puts it into docs/step-by-step.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { tableOf, withTable } from './story/page.ts'
import { playAll } from './story/play.ts'

const PAGE = join(import.meta.dirname, '../../../docs/step-by-step.md')

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } })
const table = tableOf(await playAll())
console.log(table)
if (values.write) writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), table))
