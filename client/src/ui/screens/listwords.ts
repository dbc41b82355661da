/** What was searched for stays when a person comes back to the list. */
export const words = { search: '' }
