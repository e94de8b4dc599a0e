import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { canonicalJson, sha256 } from '../dossier/canonical.ts';
import { isIdiographError } from '../dossier/errors.ts';
import type { Run } from '../dossier/run.ts';
import type { Store } from '../dossier/store.ts';
import type { Plan } from '../plan/buildPlan.ts';
import { openStore } from '../store/open.ts';
import { why } from '../store/why.ts';
import { applyReview } from './apply.ts';
import type { ReviewCommand } from './command.ts';
import { loadReview, signedOf } from './load.ts';
import { reviewRules } from './rules.ts';
import { reviewState } from './state.ts';
import { caseFindings, clinician, Desk, other } from './testing.ts';

const directory = mkdtempSync(join(tmpdir(), 'idiograph-review-'));
const access = { purpose: 'care', actor: 'test' } as const;
let store: Store;
let second: Store;
let plan: Plan;

beforeAll(async () => {
  store = await openStore({ engine: 'sqlite', directory });
  second = await openStore({ engine: 'sqlite', directory });
  const desk = new Desk(caseFindings(0));
  plan = desk.plan;
  const findings = desk.dossier.findings;
  const run = (id: string, key: Run['key'], ids: string[]): Run => ({
    kind: 'run',
    id,
    subject: plan.subject,
    key,
    title: id,
    startedAt: '2026-03-10T08:00:00Z',
    seconds: 0,
    issues: [],
    findings: ids,
    artifacts: [],
  });
  await store.write([
    desk.dossier.subject,
    run(
      'run-test',
      { ...plan.run.key, analysis: 'test.made' },
      findings.map(({ id }) => id),
    ),
    ...findings,
    run(plan.run.id, plan.run.key, []),
    ...plan.safetyChecks,
    ...plan.recommendations,
  ]);
});

afterAll(async () => {
  await store.close();
  await second.close();
  rmSync(directory, { recursive: true, force: true });
});

let minute = 0;
const act = (
  command: ReviewCommand,
  more: { seen?: Parameters<typeof applyReview>[4]['seen']; by?: typeof other; in?: Store } = {},
) =>
  applyReview(more.in ?? store, plan, command, access, {
    author: more.by ?? clinician,
    at: `2026-03-10T09:${String(minute++).padStart(2, '0')}:00Z`,
    program: 'idiograph test',
    seen: more.seen,
  });
const state = async () => reviewState(await loadReview(store.reading(access), plan), reviewRules());

it('of two that decide on one line at the same moment one is told what the other did', async () => {
  const line = plan.recommendations[0].id;
  const { seen } = await state();
  const both = await Promise.allSettled([
    act({ type: 'decide', line, decision: 'accept' }, { seen }),
    act({ type: 'decide', line, decision: 'reject', reason: 'no' }, { seen, by: other, in: second }),
  ]);
  const refused = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  expect(refused).toHaveLength(1);
  expect(isIdiographError(refused[0], 'conflict')).toBe(true);
  expect(refused[0].message).toMatch(/it changed since you looked: dr-(one|two)/);
  expect((await state()).lines.flatMap(({ history }) => history)).toHaveLength(1);
});

it('refuses what has not the form of a command, and writes nothing', async () => {
  const before = (await state()).seen;
  await expect(act({ type: 'decide', line: '', decision: 'accept' })).rejects.toThrow(/line/);
  expect((await state()).seen).toEqual(before);
});

it('keeps the signed content as a blob whose hash the signature names, and both stand on the way of why', async () => {
  for (const one of (await state()).blocking) {
    if (one.type === 'line') await act({ type: 'decide', line: one.id, decision: 'accept' });
    else await act({ type: 'acknowledge', check: one.id, acknowledged: true, reason: 'known' });
  }
  const { state: signed } = await act({ type: 'sign', statement: 'as discussed' });
  expect(signed).toMatchObject({ status: 'signed', signature: { statement: 'as discussed', author: 'dr-one' } });
  const reader = store.reading(access);
  const content = await signedOf(reader, plan.subject, signed.signature!.sha256);
  expect(sha256(canonicalJson(content))).toBe(signed.signature!.sha256);
  const walk = await why(reader, signed.signature!.entry);
  expect(walk.restsOn.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['blob', 'recommendation', 'entry']));
  const forward = await why(reader, plan.recommendations[0].id);
  expect(forward.usedBy.map(({ kind, title }) => `${kind} ${title.split(' ')[0]}`)).toEqual(
    expect.arrayContaining(['entry decision', 'entry signature']),
  );
});

it('amends by a new signature; the older content can still be read', async () => {
  const first = (await state()).signature!;
  const { state: amended } = await act({ type: 'sign', amend: { reason: 'second thought' } }, { by: other });
  expect(amended).toMatchObject({ status: 'amended', earlierSignatures: [{ entry: first.entry }] });
  expect((await signedOf(store.reading(access), plan.subject, first.sha256)).statement).toBe('as discussed');
  const both = await Promise.allSettled([
    act({ type: 'sign', amend: { reason: 'a' } }),
    act({ type: 'sign', amend: { reason: 'b' } }, { by: other, in: second }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
});
