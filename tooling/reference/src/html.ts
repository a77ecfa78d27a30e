/**
 * `pnpm reference`: every entry point as pages, from the built declarations, into tooling/reference/dist. The compiler that
 * typedoc runs on is an older one with an API; what it reads is what users' compilers read.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { REPOSITORY } from '@stowage/checks/repository'
import { Application } from 'typedoc'
import { compilerOptions } from './compiler.ts'
import { entryPoints } from './entry-point.ts'

const entries = entryPoints(REPOSITORY)
const work = mkdtempSync(join(REPOSITORY, 'node_modules/.cache/reference-'))
try {
  const tsconfig = join(work, 'tsconfig.json')
  const files = entries.map(({ declarations }) => declarations)
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions: compilerOptions(REPOSITORY), files }))
  const application = await Application.bootstrap({
    name: 'Stowage',
    entryPoints: files,
    tsconfig,
    readme: join(REPOSITORY, 'README.md'),
    excludeExternals: true,
    disableGit: true,
    disableSources: true,
    githubPages: false,
    // The compiler of the workspace has checked them; this one is there to read.
    skipErrorChecking: true,
    validation: { notExported: false, invalidLink: false },
    logLevel: 'Warn',
  })
  const project = await application.convert()
  if (project === undefined) throw new Error('typedoc could not read the declarations')
  // typedoc names them by their files, `core/dist` and `core/dist/testing`.
  const names = new Map(
    entries.map(({ declarations, name }) => [
      relative(join(REPOSITORY, 'packages'), declarations).replace(/(\/index)?\.d\.ts$/, ''),
      name,
    ]),
  )
  for (const module of project.children ?? []) module.name = names.get(module.name) ?? module.name
  const folder = join(REPOSITORY, 'tooling/reference/dist')
  await application.generateDocs(project, folder)
  console.log(`reference: ${entries.length} entry points in ${folder}`)
} finally {
  rmSync(work, { recursive: true, force: true })
}
