import { library } from '@stowage/build'

export default library()
