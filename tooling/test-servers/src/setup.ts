/**
 * vitest's global setup, once per run and named by the root vitest.config.ts: provides one Redis to every test process
 * and ends it after the last. A killed run never gets here to end it; how the server is launched sees to that.
 */
import type { TestProject } from 'vitest/node'
import { provisionRedis } from './provision.ts'

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const provision = await provisionRedis()
  project.provide('redis', provision.redis)
  return async () => {
    await provision[Symbol.asyncDispose]()
  }
}
