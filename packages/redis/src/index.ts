/** The face of `@stowage/redis`. */
export { redisBus } from './bus/open-bus.ts'
export { trackingBus } from './bus/tracking-bus.ts'
export type { ClusterClient, RedisClient, RedisPipeline, ServerClient, Subscriber } from './client.ts'
export type { ChangeListener, ChangeSource, ForeignChange } from './foreign-change.ts'
export type { ClusterConnection, ConnectionOptions, RedisOptions } from './options.ts'
export { type RedisBackend, redisBackend } from './redis-backend.ts'
export type { ServerReport } from './server-report.ts'
