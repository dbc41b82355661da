/** The form whose words the screens borrow to say what the register's codes mean. */
import type { Form } from '../core/types'
import { phone } from './store'

export const currentForm = (): Promise<Form | null> => phone().newestForm()
