/**
 * Every relative link in our Markdown: the file is there, and the heading, spelt as the pages that show Markdown spell it. What
 * lies on the network is not asked for.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseMarkdown } from '../markdown.ts'
import { type CheckResult, countOf, type Problem } from '../problem.ts'

/** Not ours, made anew by others, or not there in a fresh clone. */
const PASSED_OVER = new Set(['node_modules', 'dist', 'vendor', '.changeset', '.git', '.turbo', 'coverage', '.stowage'])

export function checkLinks(root: string): CheckResult {
  const links = markdownIn(root, '').flatMap((file) => linksOf(root, file))
  const problems = links.flatMap(({ file, line, link }): Problem[] => {
    const decoded = decodedLink(link)
    if (decoded === undefined) return [{ file, line, message: `${link}: a "%" in a link is written %25` }]
    const [path = '', heading] = decoded.split('#')
    const target = path === '' ? file : join(dirname(file), path)
    if (!existsSync(join(root, target))) return [{ file, line, message: `${link} leads nowhere` }]
    if (heading === undefined || !target.endsWith('.md') || headingsOf(root, target).has(heading)) return []
    return [{ file, line, message: `${link}: ${target} has no such heading` }]
  })
  return { problems, summary: `${countOf(links.length, 'link')} followed` }
}

/** Undefined where a `%` is followed by no byte in hexadecimal. */
function decodedLink(link: string): string | undefined {
  try {
    return decodeURI(link)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

function markdownIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (PASSED_OVER.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return markdownIn(root, path)
    return entry.name.endsWith('.md') ? [path] : []
  })
}

function linksOf(
  root: string,
  file: string,
): { readonly file: string; readonly line: number; readonly link: string }[] {
  const { prose } = parseMarkdown(readFileSync(join(root, file), 'utf8'))
  return prose.flatMap(({ line, text }) =>
    Array.from(text.matchAll(/\]\(([^()\s]+)\)/g), ([, link = '']) => ({ file, line, link })).filter(
      ({ link }) => !/^[a-z]+:/.test(link),
    ),
  )
}

function headingsOf(root: string, file: string): Set<string> {
  const { prose } = parseMarkdown(readFileSync(join(root, file), 'utf8'))
  const headings = prose.flatMap(({ text }) => /^#{1,6} (.+)$/.exec(text)?.slice(1) ?? [])
  return new Set(headings.map(anchorOf))
}

function anchorOf(heading: string): string {
  const words = heading.toLowerCase().replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
  return words
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
}
