/** The search over the list: part of a name or code, or the initials of a name. */
import type { HouseholdRow } from '../core/types'

export function matches(row: HouseholdRow, text: string): boolean {
  const wanted = text.trim().toLowerCase().replace(/\s+/g, '')
  if (!wanted) return true
  return (
    row.head.toLowerCase().includes(wanted) ||
    row.code.toLowerCase().includes(wanted) ||
    row.code.toLowerCase().replace(/[^a-z0-9]/g, '').includes(wanted) ||
    row.initials.some((initials) => initials.startsWith(wanted))
  )
}

export const isReturned = (row: HouseholdRow): boolean => row.visit?.status.state === 'returned'
