/** Whether the server keeps the short ranges warm, for all its users. */
import { useState } from 'react'
import { queryClient } from '../answers/query-client.ts'
import { messageOf, rpc } from '../rpc.ts'

export function ShortRangeSwitch({ isOn }: { readonly isOn: boolean }) {
  /** What was chosen here and the server has not said yet. */
  const [asked, setAsked] = useState<boolean>()
  const [complaint, setComplaint] = useState<string>()

  async function change(isWanted: boolean): Promise<void> {
    setAsked(isWanted)
    try {
      await rpc.settings.keepShortRangesWarm.mutate({ isWanted })
      await queryClient.invalidateQueries()
      setComplaint(undefined)
    } catch (error) {
      setComplaint(messageOf(error))
    } finally {
      setAsked(undefined)
    }
  }

  return (
    <>
      <label className="choice">
        <input type="checkbox" checked={asked ?? isOn} onChange={(event) => void change(event.target.checked)} />
        <span>
          <strong>Keep 1, 7 and 30 days warm</strong>
          <span>
            In the background, for everybody: after an event they are loaded again before anybody asks. Switch it off,
            complete a flight, and look at the badge of “7 days”.
          </span>
        </span>
      </label>
      {complaint !== undefined && (
        <p className="complaint" role="alert">
          {complaint}
        </p>
      )}
    </>
  )
}
