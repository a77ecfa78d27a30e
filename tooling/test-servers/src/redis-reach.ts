/**
 * Is the server that REDIS_URL names there? Asked once before the run, so that a typing error is one sentence instead
 * of a failure in every test that needs the server. The URL may carry a password, so messages show it without one.
 */
const PROTOCOLS: readonly string[] = ['redis:', 'rediss:']
const CONNECT_LIMIT_MS = 3_000

export async function assertReachable(url: string): Promise<void> {
  if (!URL.canParse(url) || !PROTOCOLS.includes(new URL(url).protocol)) {
    throw new Error(`REDIS_URL is ${JSON.stringify(url)}; allowed is redis://host:port or rediss://host:port`)
  }
  // Loaded here only: the usual run has no REDIS_URL and need not wait for a client.
  const { Redis } = await import('ioredis')
  const client = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_LIMIT_MS, retryStrategy: () => null })
  const reasons: string[] = []
  client.on('error', (error) => reasons.push(error.message))
  try {
    await client.connect()
    await client.ping()
  } catch (cause) {
    // connect() rejects with "Connection is closed."; what closed it was in the error event before.
    const reason = reasons[0] ?? (cause instanceof Error ? cause.message : String(cause))
    throw new Error(`REDIS_URL is ${withoutPassword(url)}, but nothing there answers: ${reason}`, { cause })
  } finally {
    client.disconnect()
  }
}

function withoutPassword(url: string): string {
  const shown = new URL(url)
  if (shown.password !== '') shown.password = '***'
  return shown.href
}
