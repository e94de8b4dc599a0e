import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findingFromDraft } from '../dossier/finding.ts';
import type { Store } from '../dossier/store.ts';
import { openStore } from '../store/open.ts';
import { planOfDay } from './keepPlan.ts';
import { quantity } from './testFindings.ts';

const access = { purpose: 'care', actor: 'test' } as const;
let folder: string;
let store: Store;
let subject: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'idiograph-plan-'));
  store = await openStore({ engine: 'sqlite', directory: folder });
  subject = await store.nextSubjectId();
  await store.write([{ kind: 'subject', id: subject, type: 'patient', label: 'A', composite: false, synthetic: true }]);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const on = (day: string) => planOfDay(store, subject, day, access, `${day}T08:00:00.000Z`);

it('makes no new plan on a day that changes no word of it', async () => {
  const first = await on('2026-11-01');
  expect(first.safetyChecks.length).toBeGreaterThan(0);
  const second = await on('2026-11-02');
  expect(second.run.id).toBe(first.run.id);
  expect(second.safetyChecks).toEqual(first.safetyChecks);
  expect(second.recommendations).toEqual(first.recommendations);
  expect((await store.reading(access).list(subject, 'run')).length).toBe(1);
});

it('makes one when a finding says something new', async () => {
  const first = await on('2026-11-01');
  const answered = {
    measure: { system: 'idiograph', code: 'phq-9.item-9', display: 'PHQ-9 item 9' },
    value: quantity(1),
    time: '2026-11-01',
    issues: [],
    derivedFrom: [],
  };
  await store.write([findingFromDraft(answered, { id: 'run-1', subject, method: 'test 1.0.0' })]);
  const second = await on('2026-11-02');
  expect(second.run.id).not.toBe(first.run.id);
  expect(second.safetyChecks.some(({ urgency }) => urgency === 'now')).toBe(true);
});
