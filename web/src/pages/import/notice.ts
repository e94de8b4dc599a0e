/** A notice whose title can be read in both themes. */
export const notice = { title: { color: 'var(--open)' } } as const;
