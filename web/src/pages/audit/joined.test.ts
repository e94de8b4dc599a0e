import { expect, it } from 'vitest';
import type { AuditLineView } from '../../../../src/server/api/house.ts';
import { isByPage, joined } from './joined.ts';

let seq = 100;
const line = (route: string, more: Partial<AuditLineView> = {}): AuditLineView =>
  ({
    seq: seq--,
    at: `2026-01-01T00:00:${seq}Z`,
    actor: 'owner',
    action: 'read',
    route,
    outcome: 'ok',
    ...more,
  }) as AuditLineView;

it('joins neighbours that say the same, and loses none', () => {
  const lines = [line('patients.search'), line('patients.search'), line('plan.get'), line('patients.search')];
  const rows = joined(lines);
  expect(rows.map(({ line: { route }, times }) => [route, times])).toEqual([
    ['patients.search', 2],
    ['plan.get', 1],
    ['patients.search', 1],
  ]);
  expect(rows[0]!.first).toBe(lines[1]!.at);
});

it('keeps apart what differs in patient, outcome or place', () => {
  const lines = [
    line('patient.page', { subject: 'S1' }),
    line('patient.page', { subject: 'S2' }),
    line('patient.page', { subject: 'S2', outcome: 'denied' }),
    line('patient.page', { subject: 'S2', outcome: 'denied', remote: '10.0.0.9' }),
  ];
  expect(joined(lines)).toHaveLength(4);
});

it('never counts what was refused, or what is of a patient, as made by the page', () => {
  expect(isByPage(line('jobs.list'))).toBe(true);
  expect(isByPage(line('jobs.list', { outcome: 'denied' }))).toBe(false);
  expect(isByPage(line('jobs.get', { subject: 'S1' }))).toBe(false);
  expect(isByPage(line('patient.page'))).toBe(false);
});
