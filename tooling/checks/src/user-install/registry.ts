/**
 * A registry on this machine that has our tarballs and nothing else; a project sends only `@stowage/*` to it. So packages
 * are installed by name and version, as users do it, and the ranges they name of each other are resolved for real.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Tarball } from './tarball.ts'

export interface Registry extends AsyncDisposable {
  readonly url: string
}

/** Package managers pass over releases of the last days; these are as old as need be. */
const RELEASED = '2020-01-01T00:00:00.000Z'

export async function serveTarballs(tarballs: readonly Tarball[]): Promise<Registry> {
  const byName = new Map(tarballs.map((tarball) => [tarball.manifest.name, tarball]))
  let url = ''
  const server = createServer(({ url: path = '' }, response) => {
    const [, isTarball, name = ''] = /^\/(tarballs\/)?(.*)$/.exec(decodeURIComponent(path)) ?? []
    const tarball = byName.get(name)
    if (tarball === undefined) response.writeHead(404).end('{}')
    else if (isTarball !== undefined) response.end(tarball.bytes)
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(packument(tarball, url)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the registry has no port')
  url = `http://127.0.0.1:${address.port}/`
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function packument({ bytes, manifest: { name, version }, manifestText }: Tarball, url: string): object {
  const packed: unknown = JSON.parse(manifestText)
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`
  const release = Object.assign({}, packed, { dist: { tarball: `${url}tarballs/${name}`, integrity } })
  return {
    name,
    'dist-tags': { latest: version },
    time: { created: RELEASED, modified: RELEASED, [version]: RELEASED },
    versions: { [version]: release },
  }
}
