import { IdiographError } from '../../dossier/errors.ts';
import { roles as allRoles, type Role } from '../permissions.ts';
import type { AccountRow } from './tables.ts';

export interface Account {
  id: string;
  name: string;
  roles: Role[];
  disabled: boolean;
  /** The password was made by somebody else: only its change is allowed until then. */
  mustChangePassword: boolean;
  hasPassword: boolean;
  /** ISO 8601. */
  created: string;
  /** ISO 8601; undefined: never. */
  lastSignIn?: string;
  /** The identity provider that vouches for it. */
  oidc?: { issuer: string; subject: string };
}

/** An account without its password hash. */
export function accountOf(row: AccountRow): Account {
  return {
    id: row.id,
    name: row.name,
    roles: (JSON.parse(row.roles) as string[]).filter(isRole),
    disabled: row.disabled === 1,
    mustChangePassword: row.must_change === 1,
    hasPassword: row.password !== null,
    created: new Date(row.created).toISOString(),
    ...(row.signed_in !== null && { lastSignIn: new Date(row.signed_in).toISOString() }),
    ...(row.issuer !== null &&
      row.oidc_subject !== null && { oidc: { issuer: row.issuer, subject: row.oidc_subject } }),
  };
}

function isRole(text: string): text is Role {
  return (allRoles as readonly string[]).includes(text);
}

/** The roles in their usual order, each once. Throws `usage` for none and for what is none. */
export function checkedRoles(given: readonly string[]): Role[] {
  const wrong = given.filter((one) => !isRole(one));
  const kept = allRoles.filter((one) => given.includes(one));
  if (wrong.length > 0 || kept.length === 0) {
    throw new IdiographError(
      'usage',
      wrong.length > 0 ? `there is no role ${wrong.map((one) => `"${one}"`).join(', ')}` : 'an account needs a role',
      { remedy: `Roles are ${allRoles.join(', ')}.` },
    );
  }
  return kept;
}

/**
 * The name without outer space. Throws `usage` when it is empty, long, has characters that do not show, or is what the
 * audit chain calls somebody without an account.
 */
export function checkedName(given: string): string {
  const name = given.normalize('NFKC').trim().replace(/\s+/g, ' ');
  if (name === '' || [...name].length > 64 || /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(name)) {
    throw new IdiographError('usage', 'an account name has 1 to 64 visible characters');
  }
  if (/^(?:anonymous$|cli:|account-[0-9a-f]{24}$)/i.test(name)) {
    throw new IdiographError('usage', `"${name}" stands for something else in the record of who did what`, {
      remedy: 'Take another name.',
    });
  }
  return name;
}

/** Names that differ in case or composition only are the same. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}
