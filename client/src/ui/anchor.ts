/** A question's place on the page: `people/members[ab12cd34]/birth` is no good as an id. */
export const anchor = (path: string): string => `q-${path.replace(/[^a-zA-Z0-9_-]+/g, '-')}`
