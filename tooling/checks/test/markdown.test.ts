import { expect, test } from 'vitest'
import { parseMarkdown } from '../src/markdown.ts'

test('blocks have their words, their line and their code; the rest is prose', () => {
  const { blocks, prose } = parseMarkdown('a\n```ts run\nconst a = 1\n\nb()\n```\nz\n')
  expect(blocks).toEqual([{ words: ['ts', 'run'], line: 2, code: 'const a = 1\n\nb()\n' }])
  expect(prose).toEqual([
    { line: 1, text: 'a' },
    { line: 7, text: 'z' },
    { line: 8, text: '' },
  ])
})

test('a block in a list loses the indentation of the list and keeps its own', () => {
  const { blocks } = parseMarkdown('- item\n  ```ts\n  if (a) {\n    b()\n  }\n  ```\n')
  expect(blocks).toEqual([{ words: ['ts'], line: 2, code: 'if (a) {\n  b()\n}\n' }])
})

test('a longer fence holds shorter ones, tildes hold backticks, and a fence with words closes nothing', () => {
  const { blocks } = parseMarkdown('````md\n```ts\n```\n````\n~~~ts\n```\n~~~\n```ts\n```js\n```\n')
  expect(blocks.map(({ line, code }) => [line, code])).toEqual([
    [1, '```ts\n```\n'],
    [5, '```\n'],
    [8, '```js\n'],
  ])
})

test('a block that is never closed ends with the file instead of being lost', () => {
  expect(parseMarkdown('```ts\na()').blocks).toEqual([{ words: ['ts'], line: 1, code: 'a()\n' }])
})
