import { expect, test } from 'vitest'
import { checkLinks } from '../src/links/check.ts'
import { problemLine } from '../src/problem.ts'
import { fixtureTree } from './fixture-tree.ts'

function problemsOf(readme: string): string[] {
  const root = fixtureTree({
    'README.md': readme,
    'docs/deep/page.md': '# A page\n\n## `maxBytes`, and *why*\n\n[back](../../README.md)\n',
    'node_modules/other/README.md': '[gone](gone.md)\n',
  })
  return checkLinks(root).problems.map(problemLine)
}

test('links to files, folders, headings and the network are fine, and what only looks like one in code', () => {
  const links = '[a](docs/deep) [b](docs/deep/page.md#maxbytes-and-why) [c](#top) [d](https://example.org/x)'
  expect(problemsOf(`# Top\n\n${links}\n\n\`\`\`ts\nlist[0](gone.md)\n\`\`\`\n`)).toEqual([])
})

test('a file and a heading that are not there are told at their line', () => {
  expect(problemsOf('# Top\n\n[a](docs/gone.md)\n[b](docs/deep/page.md#why)\n')).toEqual([
    'README.md:3  docs/gone.md leads nowhere',
    'README.md:4  docs/deep/page.md#why: docs/deep/page.md has no such heading',
  ])
})

test('a stray % is told of, and the links beside it are followed', () => {
  expect(problemsOf('[a](docs/100%.md)\n[b](docs/gone.md)\n')).toEqual([
    'README.md:1  docs/100%.md: a "%" in a link is written %25',
    'README.md:2  docs/gone.md leads nowhere',
  ])
})
