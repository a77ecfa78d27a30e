/** The part of a page that a program writes, between `<!-- name:begin -->` and `<!-- name:end -->`. */

/** The page with these lines there. @throws Error when the page has no such place */
export function withMarkedPart(page: string, name: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page has no place for the table: ${begin} … ${end}`)
  return `${page.slice(0, from)}${begin}\n${lines.join('\n')}\n${page.slice(to)}`
}
