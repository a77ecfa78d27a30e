/** What the results that come with the suite (at the vendored commit) amount to, counted by score.ts. */

interface Published {
  readonly name: string
  readonly required: number
  readonly plain: number
  readonly optimal: number
  readonly check: number
}

export const published: readonly Published[] = [
  { name: 'Apache Traffic Server 9.2.5', required: 132, plain: 19, optimal: 70, check: 45 },
  { name: 'Apache httpd 2.4.64', required: 131, plain: 12, optimal: 68, check: 44 },
  { name: 'Squid 6.13', required: 122, plain: 17, optimal: 59, check: 62 },
  { name: 'Caddy 0.16 (cache handler)', required: 121, plain: 10, optimal: 44, check: 27 },
  { name: 'Varnish 7.7.3', required: 119, plain: 17, optimal: 45, check: 27 },
  { name: 'nginx 1.28.0', required: 99, plain: 33, optimal: 59, check: 19 },
  { name: 'Fastly 2025-12-29', required: 96, plain: 37, optimal: 49, check: 17 },
  { name: 'HAProxy 3.0.10', required: 89, plain: 15, optimal: 40, check: 33 },
]
