/**
 * The face of an entry point as text, sorted, without comments: what a change adds, takes away or alters shows in review
 * as lines. Made by API Extractor, which has a compiler of its own, from the built declarations.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel, type IExtractorMessagesConfig } from '@microsoft/api-extractor'
import { compilerOptions } from './compiler.ts'
import type { EntryPoint } from './entry-point.ts'

/** That something lacks a comment or a tag is not what the report is for. */
const SILENT = { default: { logLevel: ExtractorLogLevel.None } }
const MESSAGES: IExtractorMessagesConfig = {
  compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
  extractorMessageReporting: SILENT,
  tsdocMessageReporting: SILENT,
}

/** @throws Error when the declarations cannot be read. */
export function reportOf(root: string, { folder, declarations, name }: EntryPoint): string {
  const work = mkdtempSync(join(tmpdir(), 'stowage-report-'))
  try {
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(root, folder, 'package.json'),
      configObject: {
        projectFolder: join(root, folder),
        mainEntryPointFilePath: declarations,
        newlineKind: 'lf',
        compiler: { overrideTsconfig: { compilerOptions: compilerOptions(root), files: [declarations] } },
        apiReport: {
          enabled: true,
          reportFolder: work,
          reportTempFolder: work,
          reportFileName: 'report',
          includeForgottenExports: true,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: MESSAGES,
      },
    })
    const said: string[] = []
    const { succeeded } = Extractor.invoke(config, {
      localBuild: true,
      messageCallback: (message) => {
        if (message.logLevel === ExtractorLogLevel.Error) said.push(message.text)
        message.handled = true
      },
    })
    if (!succeeded && said.length > 0) throw new Error(`${name}: ${said.join('\n')}`)
    return trimmed(name, readFileSync(join(work, 'report.api.md'), 'utf8'))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** What lacks a comment is no news here: adding one would change the report. */
function trimmed(name: string, report: string): string {
  const code = report.slice(report.indexOf('```ts'))
  const lines = code.split('\n').filter((line) => !/^\s*\/\/ \((undocumented|No @packageDocumentation)/.test(line))
  const text = lines.join('\n').replaceAll('// @public (undocumented)\n', '// @public\n').trimEnd()
  return `# ${name}\n\nThe face of the entry point, for review. Not to be edited: \`pnpm check:api --write\` renews it.\n\n${text}\n`
}
