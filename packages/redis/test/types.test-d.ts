/** What the types of the options refuse, as the run time does (regression/005). Compiled by `check`, never run. */
import { redisBackend } from '@stowage/redis'

redisBackend({ connection: { host: '127.0.0.1', port: 6379, username: 'shop' } })
redisBackend({ cluster: { nodes: [], options: { slotsRefreshTimeout: 500 }, redisOptions: { username: 'shop' } } })
// @ts-expect-error numbers have to come as numbers
redisBackend({ connection: { stringNumbers: true } })
// @ts-expect-error ioredis garbles scripts with it
redisBackend({ connection: { enableAutoPipelining: true } })
// @ts-expect-error the prefix is redisBackend's
redisBackend({ connection: { keyPrefix: 'shop:' } })
// @ts-expect-error the same of a Cluster
redisBackend({ cluster: { nodes: [], options: { enableAutoPipelining: true } } })
// @ts-expect-error and of its servers
redisBackend({ cluster: { nodes: [], redisOptions: { stringNumbers: true } } })
