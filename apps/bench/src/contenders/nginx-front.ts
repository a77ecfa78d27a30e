/** nginx before an app, with a cache on a disk as its documentation sets one up: what a proxy in front costs. Skipped where there is none. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@stowage/test-servers/free-port'
import { SkippedError } from '../harness/contract.ts'
import { makeFolder } from '../material/folder.ts'
import { onPath } from '../material/server-place.ts'
import type { HttpApp, HttpFront } from './http-apps.ts'

/** Of /proc: hundredths of a second. */
const TICK_US = 10_000
const BODIES = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

export const nginxApp: HttpApp = {
  name: 'nginx proxy_cache before the app',
  packages: [],
  open: async () => ({ middleware: undefined, close: async () => undefined }),
  fields: { 'Cache-Control': 'public, max-age=3600' },
  front: nginxFront,
}

/** @throws SkippedError where nginx, or its figures, cannot be had */
async function nginxFront(appPort: number): Promise<HttpFront> {
  const command = onPath(['nginx'])
  if (command === undefined || process.platform !== 'linux') throw new SkippedError('no nginx on the PATH of a Linux')
  const folder = makeFolder()
  const port = await freePort()
  writeFileSync(join(folder.path, 'nginx.conf'), configuration(folder.path, port, appPort))
  const server = spawn(command, ['-p', folder.path, '-c', join(folder.path, 'nginx.conf')], { stdio: 'ignore' })
  const end = (): void => {
    server.kill('SIGKILL')
  }
  process.once('exit', end)
  while (!(await answers(port))) await pause(20)
  return {
    url: `http://127.0.0.1:${port}/`,
    cpuUs: () => cpuUsOf(server.pid),
    async close() {
      const ended = once(server, 'exit')
      end()
      await ended
      process.off('exit', end)
      folder.remove()
    },
  }
}

/** One process, so that its figures are all there is. */
function configuration(folder: string, port: number, appPort: number): string {
  return `daemon off; master_process off; error_log stderr; pid ${folder}/pid;
events { worker_connections 256; }
http {
  access_log off; keepalive_requests 1000000000;
  ${BODIES.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  proxy_cache_path ${folder}/cache keys_zone=pages:10m;
  server { listen 127.0.0.1:${port}; location / { proxy_cache pages; proxy_pass http://127.0.0.1:${appPort}; } }
}
`
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const { promise, resolve } = Promise.withResolvers<boolean>()
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  const isThere = await promise
  socket.destroy()
  return isThere
}

function cpuUsOf(pid: number | undefined): number {
  // The name, which is the second field, may have spaces; what comes after it has none.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * TICK_US
}
