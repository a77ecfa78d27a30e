import { library } from '@stowage/build'

export default library({ entry: { index: 'src/index.ts', testing: 'src/testing/index.ts' } })
