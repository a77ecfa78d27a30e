/**
 * Prints `N passed, N failed, N skipped` for a report of vitest's JSON reporter, whose file is the only argument, and before that which
 * tests passed when they were tried again only.
 */
import { readFileSync } from 'node:fs'
import { countLine, secondTryLines } from './test-count/count-line.ts'

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('test-count: name the report, a file written by vitest --reporter=json')
const report = readFileSync(file, 'utf8')
for (const line of [...secondTryLines(report), countLine(report)]) console.log(line)
