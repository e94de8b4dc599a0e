/** A plan is decided on, signed, outdated by newer answers and amended, each step by another process. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/buildPlan.ts';
import type { ReviewState } from '../../src/review/state.ts';
import { idiograph } from './cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'idiograph-review-'));
const data = join(folder, 'data');
const today = new Date().toISOString().slice(0, 10);

function answers(name: string, item9: number, at: string): string {
  const inbox = join(folder, name);
  mkdirSync(inbox, { recursive: true });
  const rows = Array.from({ length: 9 }, (_, index) => `PHQ-9,${index + 1},${index === 8 ? item9 : 1},${at},P1`);
  writeFileSync(join(inbox, 'answers.csv'), ['instrument,item,answer,date,patient', ...rows, ''].join('\n'));
  return inbox;
}

async function ok(...args: string[]) {
  const done = await idiograph(...args, '--data', data, '--json');
  expect(done.code, done.stderr).toBe(0);
  return JSON.parse(done.stdout);
}
const plan = (): Promise<Plan & { review: ReviewState }> => ok('plan');

beforeAll(async () => {
  await ok('import', answers('first', 1, today));
  await ok('workup');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('decides, signs, is outdated by new answers, amends', async () => {
  const first = await plan();
  expect(first.review.status).toBe('draft');
  const refused = await idiograph('sign', '--data', data);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('Thoughts of self-harm: positive');

  const line = first.recommendations[0];
  const silent = await idiograph('decide', line.id, '--reject', '--data', data);
  expect(silent.code).toBe(2);
  expect(silent.stderr).toContain('needs a reason');
  await ok('decide', line.id, '--reject', '--reason', 'done last week');
  const check = first.safetyChecks.find((one) => one.check === 'suicidality')!;
  await ok('note', check.id, '--type', 'safety-action', '--text', 'spoken with, plan agreed');

  const unread = await idiograph('sign', '--data', data);
  expect(unread.stderr).toContain('not the one that was printed last');
  for (const { id, type } of (await plan()).review.blocking) {
    if (type === 'line') await ok('decide', id, '--accept');
    else await ok('decide', id, '--acknowledge', '--reason', 'known');
  }
  await plan();
  const asViewer = await idiograph('sign', '--role', 'viewer', '--data', data);
  expect(asViewer.stderr).toContain("signing is a clinician's");
  await ok('sign', '--statement', 'as discussed in the meeting');
  expect((await plan()).review).toMatchObject({
    status: 'signed',
    signature: { statement: 'as discussed in the meeting' },
  });
  expect((await idiograph('sign', '--data', data)).stderr).toContain('signed by');

  await ok('import', answers('second', 0, new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)));
  await ok('workup');
  const later = await plan();
  expect(later.review.status).toBe('signed-but-outdated');
  expect(later.review.changes.map(({ what }) => what)).toEqual(expect.arrayContaining(['finding', 'source']));
  for (const { id, type } of later.review.blocking) {
    if (type === 'line') await ok('decide', id, '--accept');
    else await ok('decide', id, '--acknowledge', '--reason', 'known');
  }
  await ok('sign', '--amend', '--reason', 'earlier answers came in');
  const shown = await idiograph('plan', '--data', data);
  expect(shown.stdout).toMatch(/amended by .* \(clinician\)/);
  expect(shown.stdout).toContain('reason of the amendment: earlier answers came in');
  expect((await plan()).review.earlierSignatures).toHaveLength(1);
  expect((await idiograph('doctor', '--data', data)).code).toBe(0);
}, 120_000);
