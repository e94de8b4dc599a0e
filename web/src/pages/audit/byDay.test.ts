import { expect, it } from 'vitest';
import type { AuditLineView } from '../../../../src/server/api/house.ts';
import { byDay } from './byDay.ts';

const line = (seq: number, at: string, actor: string, more: Partial<AuditLineView> = {}): AuditLineView => ({
  seq,
  at,
  actor,
  roles: ['clinician'],
  action: 'read',
  route: 'patient.page',
  outcome: 'ok',
  clockBack: false,
  ...more,
});

it('counts what each account did on each day, newest first', () => {
  const groups = byDay(
    [
      line(5, '2026-03-02T09:00:00Z', 'a', { name: 'ada' }),
      line(4, '2026-03-01T12:00:00Z', 'b', { outcome: 'denied', action: 'export' }),
      line(3, '2026-03-01T11:00:00Z', 'a', { name: 'ada', action: 'sign', roles: ['viewer'] }),
      line(2, '2026-03-01T10:00:00Z', 'a', { name: 'ada' }),
      line(1, '2026-03-01T09:00:00Z', 'a', { name: 'ada' }),
    ],
    (at) => at.slice(0, 10),
  );
  expect(groups.map(({ day, who, denied, times }) => [day, who, denied, [...times]])).toEqual([
    ['2026-03-02', 'ada', 0, [['read', 1]]],
    ['2026-03-01', 'b', 1, []],
    [
      '2026-03-01',
      'ada',
      0,
      [
        ['sign', 1],
        ['read', 2],
      ],
    ],
  ]);
  expect(groups[2]).toMatchObject({
    first: '2026-03-01T09:00:00Z',
    last: '2026-03-01T11:00:00Z',
    roles: ['viewer', 'clinician'],
  });
});
