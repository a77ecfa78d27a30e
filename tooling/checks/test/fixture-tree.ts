/** A repository in a temporary folder: what a check is shown instead of ours. Removed when the test ends. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

export function fixtureTree(files: { readonly [path: string]: string }): string {
  const root = mkdtempSync(join(tmpdir(), 'stowage-checks-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

/** The package.json of a published package, with its face at src/index.ts; `more` overrides and adds fields. */
export function publishedPackage(name: string, more: object = {}): string {
  return JSON.stringify({
    name,
    version: '0.0.0',
    type: 'module',
    exports: { '.': { '@stowage/source': './src/index.ts' } },
    ...more,
  })
}
