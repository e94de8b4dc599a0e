import { expect, it } from 'vitest';
import { claimOf, localPath, mappedRoles, nameOf } from './claims.ts';

it.each([
  ['/patients/S0001?tab=plan#line', '/patients/S0001?tab=plan#line'],
  [undefined, '/'],
  ['', '/'],
  ['patients', '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/.//evil.example', '/'],
  ['/a/..//evil.example', '/'],
  ['/\t/evil.example', '/'],
  ['https://evil.example/', '/'],
  ['javascript:alert(1)', '/'],
])('the way back to %j is %s', (wanted, path) => {
  expect(localPath(wanted)).toBe(path);
});

it('finds claims by name and by path', () => {
  const claims = { groups: ['a'], 'https://x.example/roles': 'b', realm_access: { roles: ['c'] } };
  expect(claimOf(claims, 'groups')).toEqual(['a']);
  expect(claimOf(claims, 'https://x.example/roles')).toBe('b');
  expect(claimOf(claims, 'realm_access.roles')).toEqual(['c']);
  expect(claimOf(claims, 'realm_access.none')).toBeUndefined();
  expect(claimOf(claims, 'constructor.name')).toBeUndefined();
});

it('maps what the map names and nothing else', () => {
  const map = { doctors: ['clinician'], office: ['viewer', 'administrator'] } as const;
  expect(mappedRoles(['office', 'doctors', 'x', 7, null], map)).toEqual(['clinician', 'administrator', 'viewer']);
  expect(mappedRoles('doctors', map)).toEqual(['clinician']);
  for (const value of ['doctors office', 'constructor', '__proto__', undefined, { doctors: true }, 1]) {
    expect(mappedRoles(value, map)).toEqual([]);
  }
});

it('takes the best name there is', () => {
  expect(nameOf({ preferred_username: 'ada', name: 'Ada' }, 's')).toBe('ada');
  expect(nameOf({ preferred_username: ' ', email: 'a@example.org' }, 's')).toBe('a@example.org');
  expect(nameOf({}, 's')).toBe('s');
});
