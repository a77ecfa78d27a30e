/**
 * Patterns for keys: `*` is any run of characters (also none), `?` is one character, `\` takes the next one literally.
 *
 * Matched by walking both texts with one point of return instead of by a regular expression: a pattern from outside
 * (`*a*a*a*b`) cannot make it take longer than pattern length times key length.
 */
import { UsageError } from './errors.ts'

interface Glob {
  /** The literal text before the first wildcard: a backend may narrow its search by it. */
  readonly literalPrefix: string
  matches(text: string): boolean
}

const ANY_RUN = Symbol('*')
const ANY_ONE = Symbol('?')
type Token = string | typeof ANY_RUN | typeof ANY_ONE

/** @throws UsageError when the pattern ends in a lone backslash. */
export function parseGlob(pattern: string): Glob {
  const tokens = tokenize(pattern)
  const firstWildcard = tokens.findIndex((token) => typeof token === 'symbol')
  const literals = firstWildcard === -1 ? tokens : tokens.slice(0, firstWildcard)
  return { literalPrefix: literals.join(''), matches: (text) => matchTokens(tokens, [...text]) }
}

/** The pattern that matches exactly `text`. */
export function escapeGlob(text: string): string {
  return text.replace(/[\\*?]/g, '\\$&')
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = []
  const characters = [...pattern]
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? ''
    if (character === '*') tokens.push(ANY_RUN)
    else if (character === '?') tokens.push(ANY_ONE)
    else if (character !== '\\') tokens.push(character)
    else {
      const literal = characters[++at]
      if (literal === undefined) throw new UsageError(`pattern: '${pattern}' ends in a lone backslash; write '\\\\'`)
      tokens.push(literal)
    }
  }
  return tokens
}

function matchTokens(tokens: readonly Token[], text: readonly string[]): boolean {
  let tokenAt = 0
  let textAt = 0
  let lastRunAt = -1
  let runEndAt = 0
  while (textAt < text.length) {
    const token = tokens[tokenAt]
    if (token === ANY_RUN) {
      lastRunAt = tokenAt++
      runEndAt = textAt
    } else if (token !== undefined && (token === ANY_ONE || token === text[textAt])) {
      tokenAt++
      textAt++
    } else if (lastRunAt !== -1) {
      tokenAt = lastRunAt + 1
      textAt = ++runEndAt
    } else return false
  }
  while (tokens[tokenAt] === ANY_RUN) tokenAt++
  return tokenAt === tokens.length
}
