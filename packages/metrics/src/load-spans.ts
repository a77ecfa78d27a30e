/**
 * A span round every loader run of every cache in the process, by the tracing channel that core publishes to.
 *
 * The span is current while the loader runs, so that what the loader traces becomes its child: it is attached when the
 * channel says `start` and taken off when it says `end`, both in the one turn in which the loader is called; what the
 * loader begins in that turn carries the context on.
 */
import { tracingChannel } from 'node:diagnostics_channel'
import type * as openTelemetry from '@opentelemetry/api'
import { messageOf, requireKnownOptions } from '@stowage/core'
import { ERROR_TYPE, errorType } from './error-type.ts'
import { requireMethods } from './given.ts'
import { attributeName } from './metric-names.ts'

export interface TraceLoadsOptions {
  /** The module, 1.10 or later: `import * as api from '@opentelemetry/api'`. */
  readonly api: Pick<typeof openTelemetry, 'context' | 'trace' | 'SpanStatusCode'>
  /** Default: `api.trace.getTracer('@stowage/metrics')`. */
  readonly tracer?: openTelemetry.Tracer
}

/** What core tells of a load. */
interface TracedLoad {
  readonly cache: string
  readonly background: boolean
  readonly error?: unknown
}

interface LoadSpan {
  readonly span: openTelemetry.Span
  readonly attached: openTelemetry.ContextManagementToken
}

/** @returns how to stop: loads that have begun still end their spans. @throws ConfigError naming the option, the value and what is allowed */
export function traceLoads(options: TraceLoadsOptions): () => void {
  requireKnownOptions('traceLoads', options, ['api', 'tracer'])
  requireMethods(
    'api',
    options.api?.trace,
    ['getTracer', 'setSpan'],
    "the module: import * as api from '@opentelemetry/api'",
  )
  const { context, trace, SpanStatusCode } = options.api
  requireMethods('api.context', context, ['active', 'attach'], 'that of @opentelemetry/api 1.10 or later')
  const tracer = options.tracer ?? trace.getTracer('@stowage/metrics')
  const spans = new WeakMap<TracedLoad, LoadSpan>()
  const channel = tracingChannel<unknown, TracedLoad>('stowage:load')
  let openCount = 0
  let isStopped = false
  const stopIfDone = () => {
    if (isStopped && openCount === 0) channel.unsubscribe(subscribers)
  }
  const subscribers = {
    start(load: TracedLoad) {
      if (isStopped) return
      const { cache, background } = load
      const attributes = { [attributeName('cache')]: cache, [attributeName('background')]: background }
      const span = tracer.startSpan('stowage.load', { attributes })
      openCount++
      spans.set(load, { span, attached: context.attach(trace.setSpan(context.active(), span)) })
    },
    end(load: TracedLoad) {
      spans.get(load)?.attached.dispose()
    },
    error(load: TracedLoad) {
      const { error } = load
      spans
        .get(load)
        ?.span.setAttribute(ERROR_TYPE, errorType(error))
        .setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) })
    },
    asyncStart() {},
    asyncEnd(load: TracedLoad) {
      const ended = spans.get(load)
      if (ended === undefined) return
      ended.span.end()
      openCount--
      stopIfDone()
    },
  }
  channel.subscribe(subscribers)
  return () => {
    isStopped = true
    stopIfDone()
  }
}
