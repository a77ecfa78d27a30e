/**
 * What tests import: the Redis of the run, servers of their own, alone or in groups, bad lines to them, what is needed to decide
 * about skipping those, and disks that fail.
 */
export { describeOnDisk, type Teller } from './disk-stories.ts'
export { type Provision, provisionRedis } from './provision.ts'
export { adminOf, type RedisAdmin } from './redis-admin.ts'
export { findRedisBinary } from './redis-binary.ts'
export { type RedisCluster, type RedisClusterOptions, startCluster } from './redis-cluster.ts'
export { type RedisSentinel, startSentinel } from './redis-sentinel.ts'
export { type RedisServer, type RedisServerOptions, startRedis } from './redis-server.ts'
export { describeWithRedis, redisUrl } from './redis-tests.ts'
export { type Line, startProxy, type TcpProxy } from './tcp-proxy.ts'
