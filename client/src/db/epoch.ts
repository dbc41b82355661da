/** Which history of the server this phone last heard of. */
import { sendFilesAgain } from './files'
import { sendOpsAgain } from './outbox'
import type { Stores } from './schema'
import { getIn, putIn, type Write } from './store'

export const HEARING: Stores[] = ['kv', 'ops', 'files', 'attached']

/** Another epoch: the server was restored, so what its backup may lack goes again. */
export async function hear(tx: Write, epoch: string): Promise<void> {
  const known = await getIn<string>(tx, 'epoch')
  if (epoch === known) return
  await sendOpsAgain(tx, epoch)
  await sendFilesAgain(tx, epoch)
  await putIn(tx, 'epoch', epoch)
}
