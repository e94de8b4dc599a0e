import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { givenAnswers } from '../../forms/itemBank/answers.ts';
import { bankNamed, bankPath } from '../../forms/itemBank/bank.ts';
import { isBankName } from '../../psychosocial/select.ts';
import type { AdaptiveView } from '../api/questionnaires.ts';
import { openTestServer } from '../testing.ts';
import { bankForms } from './adaptive.ts';

/** Parameters made up for the test. */
const file = {
  id: 'site/banks',
  title: 'Banks of a site',
  version: '1',
  date: '2026-01-01',
  licence: 'of the site',
  sources: [{ title: 'made up for this test', reference: 'none', licence: 'none' }],
  banks: [
    {
      id: 'made-up',
      display: 'Made-up anxiety',
      version: '1.0',
      source: 'made up for this test',
      licence: 'none',
      worse: 'higher',
      stop: { fewest: 2, most: 3, standardError: 1 },
      items: [
        { id: 'A1', slope: 1, thresholds: [-2, -1, 1, 3] },
        { id: 'A2', slope: 3, thresholds: [-0.5, 0.5, 1.5, 2.5] },
        { id: 'A3', slope: 2.5, thresholds: [0, 1], reversed: true },
        { id: 'A4', slope: 2.2, thresholds: [-1.5, 0.2, 1] },
      ],
    },
  ],
};
const site = mkdtempSync(join(tmpdir(), 'idiograph-banks-'));
let server: Awaited<ReturnType<typeof openTestServer>>;

beforeAll(async () => {
  mkdirSync(join(site, 'psychosocial', 'banks'), { recursive: true });
  writeFileSync(join(site, bankPath), JSON.stringify(file));
  server = await openTestServer({ config: { knowledge: site } });
  await server.workspace.store.write([
    { kind: 'subject', id: 's1', type: 'patient', label: 's1', composite: false, synthetic: true },
  ]);
});
afterAll(async () => {
  await server.close();
  rmSync(site, { recursive: true, force: true });
});

it('none ships, so none is listed', () => {
  expect(bankForms()).toEqual([]);
  expect(bankForms(site)).toMatchObject([
    { id: 'made-up', items: [{ number: 1, label: 'A1', min: 1, max: 5 }, {}, {}, {}] },
  ]);
});

it('asks by the answers so far, stops by its rule, and keeps what was asked so that the analysis of banks reads it', async () => {
  const clinician = await server.signedIn('clinician');
  const form = '/api/patients/s1/questionnaires/made-up';
  const { form: shown } = await clinician.json<{ form: object }>(form);
  expect(shown).toMatchObject({ adaptive: { fewest: 2, most: 3, standardError: 1 }, safety: [] });
  const answers: Record<string, number> = {};
  const asked: number[] = [];
  const next = () => clinician.json<AdaptiveView>(`${form}/next`, { method: 'POST', json: { answers } });
  let state = await next();
  expect(state).toEqual({ next: 2, reason: 'first', answered: 0 });
  let basedOn = 0;
  while (state.next !== undefined) {
    asked.push(state.next);
    answers[String(state.next)] = 2;
    const draft = { answers, filledBy: 'patient', basedOn };
    basedOn = (await clinician.json<{ version: number }>(`${form}/draft`, { method: 'PUT', json: draft })).version;
    const before: number = state.standardError ?? 10;
    state = await next();
    expect(state.standardError).toBeLessThan(before);
  }
  expect([asked.length, state.reason, new Set(asked).size]).toEqual([3, 'most-items-asked', 3]);
  const completed = { answers, filledBy: 'patient', basedOn };
  const { unanswered } = await clinician.json<{ unanswered: number[] }>(`${form}/responses`, {
    method: 'POST',
    json: completed,
  });
  expect(unanswered).toEqual([]);
  const { facts } = await server.workspace.store.reading({ purpose: 'care', actor: 'test' }).dossier('s1');
  const [fact] = facts.filter(({ type }) => type === 'response');
  expect(isBankName(fact!.code)).toBe(true);
  const [{ bank }] = bankForms(site) as [ReturnType<typeof bankForms>[0]];
  expect(bankNamed(fact!.code.code, [bank]) ?? bankNamed(fact!.code.display, [bank])).toBe(bank);
  const { given, issues } = givenAnswers(bank, fact!.value?.type === 'response' ? fact!.value.answers : []);
  expect([given.size, issues]).toEqual([3, []]);
});

it('refuses what is no bank, and answers outside the range', async () => {
  const clinician = await server.signedIn('clinician');
  const at = (instrument: string, answers: object) =>
    clinician.fetch(`/api/patients/s1/questionnaires/${instrument}/next`, { method: 'POST', json: { answers } });
  expect((await at('gad-7', {})).status).toBe(400);
  expect((await at('made-up', { '1': 9 })).status).toBe(400);
});
