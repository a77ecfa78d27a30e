/** Answers on a backend of bytes: the same after a restart, NOT_FOUND too, and each caller's own to change. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCache } from '@stowage/core'
import { sqliteBackend } from '@stowage/sqlite'
import { createTrpcCache } from '@stowage/trpc'
import { TRPCError } from '@trpc/server'
import { expect, test } from 'vitest'
import { t } from './service.ts'

function openService(path: string) {
  const cache = createCache({ backend: sqliteBackend({ path }), ttl: '1h' })
  const cached = createTrpcCache({ cache })
  let runs = 0
  const router = t.router({
    list: t.procedure.use(cached.query({ scope: (ctx) => ctx.user })).query(({ ctx }) => {
      runs++
      return { user: ctx.user, items: new Map([[new Date(0), 10n]]), nothing: undefined }
    }),
    gone: t.procedure.use(cached.query({ scope: 'public', negativeTtl: '1h' })).query(() => {
      runs++
      throw new TRPCError({ code: 'NOT_FOUND', message: 'gone' })
    }),
  })
  return { cache, runs: () => runs, callerOf: (user: string) => router.createCaller({ user, requestId: 0 }) }
}

test('answers outlive the process, each for its own user', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trpc-'))
  try {
    const before = openService(join(folder, 'cache.db'))
    const first = await before.callerOf('alice').list()
    first.items.clear()
    await expect(before.callerOf('alice').gone()).rejects.toThrow('gone')
    expect(before.runs()).toBe(2)
    await before.cache.close()
    const after = openService(join(folder, 'cache.db'))
    const list = { user: 'alice', items: new Map([[new Date(0), 10n]]), nothing: undefined }
    expect(await after.callerOf('alice').list()).toStrictEqual(list)
    await expect(after.callerOf('bob').gone()).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'gone' })
    expect(after.runs()).toBe(0)
    expect(await after.callerOf('bob').list()).toMatchObject({ user: 'bob' })
    await after.cache.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
