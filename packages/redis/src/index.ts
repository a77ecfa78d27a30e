/** The face of `@stowage/redis`. */
export type { RedisClient, RedisPipeline } from './client.ts'
export type { ClusterConnection, ConnectionOptions, RedisOptions } from './options.ts'
export { redisBackend } from './redis-backend.ts'
