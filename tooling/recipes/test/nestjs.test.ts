/** The recipe for NestJS does what it says: one cache for all, and closed with the app. */
import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Cache } from '@stowage/core'
import { expect, test } from 'vitest'
import { openRecipe } from './recipe.ts'

interface Example {
  readonly CACHE: symbol
  readonly CacheModule: new () => object
  readonly Users: new (
    ...args: never[]
  ) => {
    find(id: number): Promise<unknown>
    rename(id: number, name: string): Promise<void>
  }
}

test('docs/recipes/nestjs.md: found, kept, and made anew after a change; the cache ends with the app', async () => {
  using recipe = openRecipe(
    'nestjs',
    (code) => `let loads = 0\n${code.replace('return { id, name', 'return { load: ++loads, id, name')}`,
  )
  const example = await recipe.exported()
  if (!isExample(example)) throw new TypeError('the example exports something else')
  const { CACHE, CacheModule, Users } = example
  class AppModule {}
  Module({ imports: [CacheModule], providers: [Users] })(AppModule)
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false })
  const users = app.get(Users)
  const cache = app.get<Cache>(CACHE)
  expect([await users.find(7), await users.find(7)]).toEqual(Array(2).fill({ load: 1, id: 7, name: 'user 7' }))
  await users.rename(7, 'Ada')
  expect(await users.find(7)).toEqual({ load: 2, id: 7, name: 'user 7' })
  await app.close()
  await expect(cache.get(['user', 7])).rejects.toThrow(/after close/)
})

function isExample(value: object): value is Example {
  return 'CACHE' in value && 'CacheModule' in value && 'Users' in value
}
