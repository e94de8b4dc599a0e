/** What an account may be. An account can be several; its permissions are those of all of them together. */
export const roles = ['clinician', 'researcher', 'administrator', 'viewer'] as const;
export type Role = (typeof roles)[number];

/**
 * Who may do what: `resource:action` -> roles. Whatever is not listed is denied to everybody. Administrators keep the
 * house and see no patient; researchers see patients without their identity.
 */
export const permissions = {
  /** That there is a patient and what data there are. */
  'patients:list': ['clinician', 'researcher', 'viewer'],
  /** Names, numbers, birth dates, file names, texts of the record. */
  'identity:read': ['clinician', 'viewer'],
  /** Findings, plan, images, timeline, the walk of `why`. */
  'patients:read': ['clinician', 'researcher', 'viewer'],
  /** Original bytes as they were imported. */
  'sources:read': ['clinician'],
  /** Merging and splitting of identities, the clinical question. */
  'identity:change': ['clinician'],
  'imports:write': ['clinician'],
  'workup:run': ['clinician', 'researcher'],
  'annotations:write': ['clinician', 'researcher'],
  'questionnaires:write': ['clinician'],
  'plan:decide': ['clinician'],
  'plan:sign': ['clinician'],
  'report:preview': ['clinician', 'viewer'],
  /** A report, bundle or image that leaves. */
  'report:export': ['clinician'],
  'twin:release': ['clinician'],
  'accounts:manage': ['administrator'],
  'audit:read': ['administrator'],
  'house:read': ['administrator'],
} as const satisfies Record<string, readonly Role[]>;
export type Permission = keyof typeof permissions;

/** What an account may do that has these roles. */
export function permissionsOf(held: readonly Role[]): Set<Permission> {
  const all = Object.entries(permissions) as [Permission, readonly Role[]][];
  return new Set(all.filter(([, allowed]) => allowed.some((role) => held.includes(role))).map(([name]) => name));
}
