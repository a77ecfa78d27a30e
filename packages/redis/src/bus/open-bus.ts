/** What users call: a bus of the same options as a backend, so that both are given one object. */
import type { Bus } from '@stowage/core'
import { connect } from '../open-store.ts'
import { planRedis, type RedisOptions } from '../options.ts'
import { Wire } from '../wire.ts'
import { RedisBus } from './redis-bus.ts'

/**
 * A bus on a Redis or Valkey server or Cluster, for all who give the same prefix: it need not be the server of the entries.
 * @throws ConfigError for an option out of range, or a client that cannot be used
 */
export function redisBus(options: RedisOptions): Bus {
  const plan = planRedis(options, 'redisBus')
  const { client, disconnect } = connect(options, plan)
  return new RedisBus(new Wire(client, plan.timeoutMs), plan, disconnect)
}
