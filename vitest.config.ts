/** One vitest run for every package, app and tool that has tests; siblings are read from source. */
import { existsSync, readdirSync } from 'node:fs'
import { defaultExternalConditions, defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

const source = '@stowage/source'
const conditions = [source, ...defaultServerConditions]
const rooms = ['packages', 'apps', 'tooling'].flatMap((floor) =>
  readdirSync(floor)
    .map((name) => `${floor}/${name}`)
    .filter((root) => existsSync(`${root}/test`)),
)

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: [source, ...defaultExternalConditions] } },
  test: {
    // A busy build server takes many times as long; what hangs still ends.
    testTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: '100%',
    // A build server tells which tests passed at the second try only; everywhere else a test has one.
    retry: process.env['CI'] === 'true' ? 1 : 0,
    globalSetup: ['./tooling/test-servers/src/setup.ts'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: 'node_modules/.cache/coverage',
    },
    projects: rooms.map((root) => ({
      extends: true as const,
      test: { name: root, root, include: ['test/**/*.test.ts'] },
    })),
  },
})
