import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { pregnancyStatus } from './pregnancy.ts';
import { problems } from './problems.ts';
import { plainFact } from './testing.ts';

const snomed = { system: 'SNOMED', code: '37796009', display: 'Migraine' };
const icd = { system: 'ICD-10', code: 'G43.9', display: 'Migraine, unspecified' };
const entry = (id: string, more: Partial<Fact> = {}): Fact => plainFact(id, 'diagnosis', { code: snomed, ...more });
const found = async (...facts: Fact[]) => (await runAll(problems, dossierOf({ facts }))).findings;

describe('clinical.problems', () => {
  it('names a problem by its best code, with state and dates, and counts the list', async () => {
    const [problem, list] = await found(
      entry('f', { codes: [icd], period: { start: '2010-05-01' }, statedAt: '2024-01-01' }),
    );
    expect(problem).toMatchObject({
      site: { system: 'problem', code: 'ICD-10:G43.9', display: icd.display },
      time: '2010-05-01',
      value: { code: { code: 'active', display: 'active, since 2010-05-01' } },
    });
    expect(problem!.codes).toHaveLength(2);
    expect(list!.value).toMatchObject({ code: { code: 'read', display: '1 active, 0 resolved' } });
  });

  it('joins entries of one code, the newest decides, and says that they differ', async () => {
    const old = entry('f1', { statedAt: '2020-01-01' });
    const done = entry('f2', { status: 'completed', statedAt: '2024-01-01', period: { end: '2023-12-01' } });
    const [problem] = await found(old, done);
    expect(problem!.value).toMatchObject({
      code: { display: 'resolved, on record since 2020-01-01, until 2023-12-01' },
    });
    expect(problem!.issues.map(({ code }) => code)).toEqual(['problem-restated']);
    expect(problem!.derivedFrom).toEqual(['f2', 'f1']);
  });

  it('leaves out what was taken back and says when there is no list', async () => {
    expect(await found(entry('f', { status: 'entered-in-error' }))).toEqual([]);
    expect(problems.select(dossierOf()).missing.map(({ code }) => code)).toEqual(['no-problem-list']);
  });
});

it.each([
  ['77386006', 'x', 'pregnant'],
  ['LA26683-5', 'x', 'not-pregnant'],
  ['other', 'not pregnant', 'not-pregnant'],
  ['other', 'unknown', undefined],
])('pregnancy status %s %s: %s', async (code, display, expected) => {
  const fact = plainFact('p', 'pregnancy', {
    at: '2026-01-01',
    value: { type: 'code', code: { system: 'x', code, display } },
  });
  const { findings } = await runAll(pregnancyStatus, dossierOf({ facts: [fact] }));
  expect(findings.map(({ value }) => (value.type === 'code' ? value.code.code : ''))).toEqual(
    expected ? [expected] : [],
  );
});
