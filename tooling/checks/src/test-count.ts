/** Prints `N passed, N failed, N skipped` for a report of vitest's JSON reporter, whose file is the only argument. */
import { readFileSync } from 'node:fs'
import { countLine } from './test-count/count-line.ts'

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('test-count: name the report, a file written by vitest --reporter=json')
console.log(countLine(readFileSync(file, 'utf8')))
