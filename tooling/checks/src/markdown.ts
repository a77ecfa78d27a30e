/** A Markdown file as the checks see it: lines of prose and fenced blocks of code, each with its place in the file. */
export interface CodeBlock {
  /** The words after the opening fence: the language first. */
  readonly words: readonly string[]
  /** The line of the opening fence; the code's own first line is the next one. */
  readonly line: number
  readonly code: string
}

export interface Markdown {
  readonly prose: readonly { readonly line: number; readonly text: string }[]
  readonly blocks: readonly CodeBlock[]
}

export function parseMarkdown(text: string): Markdown {
  const prose: { line: number; text: string }[] = []
  const blocks: CodeBlock[] = []
  let open: { fence: string; indent: string; words: string[]; line: number; code: string[] } | undefined
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    const [, indent = '', fence = '', rest = ''] = /^(\s*)(`{3,}|~{3,})(.*)$/.exec(content) ?? []
    if (open === undefined) {
      if (fence === '') prose.push({ line, text: content })
      else open = { fence, indent, words: rest.trim().split(/\s+/), line, code: [] }
    } else if (fence.startsWith(open.fence) && rest.trim() === '') {
      blocks.push({ words: open.words, line: open.line, code: `${open.code.join('\n')}\n` })
      open = undefined
    } else {
      // A block inside a list is indented as a whole; its code is not.
      open.code.push(content.startsWith(open.indent) ? content.slice(open.indent.length) : content)
    }
  }
  if (open !== undefined) blocks.push({ words: open.words, line: open.line, code: `${open.code.join('\n')}\n` })
  return { prose, blocks }
}
