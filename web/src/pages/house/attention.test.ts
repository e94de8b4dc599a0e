import { expect, it } from 'vitest';
import type { HouseView } from '../../../../src/server/api/house.ts';
import { attentionOf } from './attention.ts';

const gib = 2 ** 30;
const now = Date.parse('2026-03-10T08:00:00Z');
const well: HouseView = {
  program: { name: 'idiograph', version: '1', node: 'v24', platform: 'linux x64' },
  startedAt: '2026-03-10T07:00:00Z',
  data: { folder: '/data', freeBytes: 50 * gib, diskBytes: 100 * gib },
  audit: { state: 'ok', heldBytes: 1, wantedBytes: 1 },
  jobs: { running: 0, queued: 0, failedLately: 0 },
  packs: [],
  knowledge: [],
  backup: { at: '2026-03-09T08:00:00Z', bytes: 1, complete: true },
  limits: { idleMinutes: 30, longestHours: 12 },
};

it('asks for nothing where all is well', () => {
  expect(attentionOf(well, now)).toEqual([]);
});

it.each<[string, Partial<HouseView>]>([
  ['disk', { data: { folder: '/data', freeBytes: 4 * gib, diskBytes: 20 * gib } }],
  ['disk', { data: { folder: '/data', freeBytes: 40 * gib, diskBytes: 1000 * gib } }],
  ['noBackup', { backup: undefined } as unknown as Partial<HouseView>],
  ['oldBackup', { backup: { at: '2026-03-02T08:00:00Z', bytes: 1, complete: true } }],
  ['damagedBackup', { backup: { at: '2026-03-09T08:00:00Z', bytes: 1, complete: false } }],
  ['readOnly', { audit: { state: 'reserve', heldBytes: 0, wantedBytes: 1 } }],
  ['auditFailing', { audit: { state: 'failing', heldBytes: 0, wantedBytes: 1 } }],
  ['failedJobs', { jobs: { running: 0, queued: 0, failedLately: 1 } }],
])('asks to see to %s', (name, change) => {
  expect(attentionOf({ ...well, ...change }, now)).toEqual([name]);
});
