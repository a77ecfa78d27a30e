/** The recipe for Fastify does what it says: one load, a hit, and none after the change. */
import { expect, test } from 'vitest'
import { openRecipe } from './recipe.ts'

interface App {
  inject(request: { readonly method: string; readonly url: string }): Promise<{
    readonly statusCode: number
    readonly headers: Readonly<Record<string, unknown>>
    json(): unknown
  }>
  close(): Promise<void>
}

test('docs/recipes/fastify.md: hits until the user is changed; the cache ends with the server', async () => {
  using recipe = openRecipe('fastify', (code) => code.replace('await app.listen({ port: 3000 })', 'export { app }'))
  const { app } = await recipe.exported()
  if (!isApp(app)) throw new TypeError('the example exports no app')
  const get = () => app.inject({ method: 'GET', url: '/users/7' })
  const answers = [await get(), await get()]
  expect(answers.map(({ headers }) => headers['x-cache'])).toEqual(['loaded', 'hit'])
  expect(answers.map((answer) => answer.json())).toEqual(Array(2).fill({ id: '7', name: 'user 7' }))
  expect((await app.inject({ method: 'PUT', url: '/users/7' })).statusCode).toBe(204)
  expect((await get()).headers['x-cache']).toBe('loaded')
  const { cache } = app
  await app.close()
  await expect(cache.get(['user', '7'])).rejects.toThrow(/after close/)
})

function isApp(value: unknown): value is App & { readonly cache: { get(key: unknown): Promise<unknown> } } {
  return typeof value === 'object' && value !== null && 'inject' in value && 'cache' in value
}
