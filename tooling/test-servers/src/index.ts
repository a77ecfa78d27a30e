/** What tests import: the Redis of the run, servers of their own, bad lines to them, and what is needed to decide about skipping those. */
export { findRedisBinary } from './redis-binary.ts'
export { type RedisServer, type RedisServerOptions, startRedis } from './redis-server.ts'
export { describeWithRedis, redisUrl } from './redis-tests.ts'
export { type Line, startProxy, type TcpProxy } from './tcp-proxy.ts'
