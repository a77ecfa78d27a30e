/** The program of a version of Node, as the npm package `node` brings it. */
import { execFileSync } from 'node:child_process'

export function nodeProgram(version: string): string {
  const args = ['--yes', '-p', `node@${version}`, '--', 'node', '-p', 'process.execPath']
  // The folder is npx' own and stays; a second call finds it there.
  return execFileSync('npx', args, { encoding: 'utf8' }).trim()
}
