/** Which of the listed households the office asks about. */
import type { HouseholdRow } from '../core/types'

export const isReturned = (row: HouseholdRow): boolean => row.visit?.status.state === 'returned'
