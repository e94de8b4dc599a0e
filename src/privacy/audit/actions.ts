/** What a line of the chain can say that somebody did. The page that filters by it takes the list from here. */
export const auditActions = [
  'read',
  'create',
  'update',
  'delete',
  'execute',
  'export',
  'sign',
  'sign-in',
  'sign-out',
  'start',
  'stop',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** What can be asked for: also what the chain says of itself. */
export const askedActions = [...auditActions, 'mend'] as const;

/**
 * How it ended. `begun`: written before a change is made; the line with its end follows. Where none follows the program was
 * killed or the line could not be written, and whether the change was made has to be looked up.
 */
export const auditOutcomes = ['ok', 'denied', 'failed', 'begun'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];
