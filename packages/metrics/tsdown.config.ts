import { library } from '@stowage/build'

export default library({
  entry: { prometheus: 'src/prometheus.ts', opentelemetry: 'src/opentelemetry.ts', events: 'src/events.ts' },
})
