/** Express middlewares of others, as their readmes set them up, held to the same suite. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { RequestHandler } from 'express'

const require = createRequire(import.meta.url)

export const PEERS = ['http-cache-middleware', 'apicache'] as const
export type PeerName = (typeof PEERS)[number]

export function isPeer(name: string): name is PeerName {
  return PEERS.some((peer) => peer === name)
}

export async function openPeer(name: PeerName): Promise<RequestHandler> {
  if (name === 'apicache') {
    const { default: apicache } = await import('apicache')
    return apicache.middleware('1 hour')
  }
  const { default: create } = await import('http-cache-middleware')
  return create()
}

export function peerTitle(name: PeerName): string {
  const manifest: unknown = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8'))
  const isNamed = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return `${name} ${isNamed ? String(manifest.version) : ''}`
}
