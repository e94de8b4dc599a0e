import type { Role } from '../permissions.ts';
import { checkedRoles } from './account.ts';

/**
 * What a claim holds: by its name (`groups`, also names with dots such as `https://example.org/roles`), or by a path
 * (`realm_access.roles`).
 */
export function claimOf(claims: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** The roles that the values of a claim stand for. A value that is not in the map gives none. */
export function mappedRoles(value: unknown, map: Readonly<Record<string, readonly Role[]>>): Role[] {
  const values = Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
  const roles = values.flatMap((one) => (typeof one === 'string' && Object.hasOwn(map, one) ? map[one]! : []));
  return roles.length === 0 ? [] : checkedRoles(roles);
}

/** A readable name from the usual claims. */
export function nameOf(claims: Record<string, unknown>, subject: string): string {
  const given = [claims['preferred_username'], claims['name'], claims['email']];
  return given.find((one): one is string => typeof one === 'string' && one.trim() !== '') ?? subject;
}

/** A path on this server to go back to; anything else becomes the start page. */
export function localPath(wanted: string | undefined): string {
  const here = 'http://localhost';
  if (wanted === undefined || !wanted.startsWith('/') || /[\\\p{Cc}]/u.test(wanted) || !URL.canParse(wanted, here)) {
    return '/';
  }
  const url = new URL(wanted, here);
  // A path may begin with two slashes only after its dots are resolved: then a browser would take it for a host.
  if (url.origin !== here || url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search + url.hash;
}
