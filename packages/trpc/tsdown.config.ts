import { library } from '@stowage/build'

export default library({ entry: { index: 'src/index.ts', client: 'src/client.ts' } })
