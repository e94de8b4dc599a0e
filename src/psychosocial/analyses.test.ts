import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { Finding, findingFromDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { analyses } from './analyses.ts';
import { responseFact } from './testing.ts';

const [scores] = analyses;
const phq = (...answers: (number | undefined)[]) => answers;

describe('psychosocial.scores', () => {
  it('keeps item 9 apart from a total that looks harmless', async () => {
    const facts = [responseFact('f1', 'PHQ-9', phq(0, 0, 0, 0, 0, 0, 0, 0, 1), '2026-11-20')];
    const { findings } = await runAll(scores!, dossierOf({ facts }));
    expect(findings.map((one) => [one.measure.code, one.value])).toEqual([
      ['phq-9.item-9', { type: 'quantity', value: 1, unit: '{score}' }],
      ['phq-9.total', { type: 'quantity', value: 1, unit: '{score}' }],
      ['phq-9.total.beside-general-population', { type: 'quantity', value: -1.9, unit: '{score}' }],
    ]);
    expect(findings[1]!.norm?.band).toBe('none to minimal');
    expect(findings[0]!.evidence).toEqual([{ of: 'f1', place: 'item 9 (9)', says: '1' }]);
    for (const draft of findings) {
      const finding = findingFromDraft(draft, { id: 'run-1', subject: 's1', method: 'psychosocial.scores 1.0.0' });
      expect(Finding.safeParse(finding).success).toBe(true);
    }
  });

  it('says that an unanswered item 9 is not assessed, and never makes it 0', async () => {
    const facts = [responseFact('f1', 'PHQ-9', phq(1, 1, 1, 1, 1, 1, 1, 1, undefined), '2026-11-20')];
    const { findings } = await runAll(scores!, dossierOf({ facts }));
    expect(findings[0]!.value).toEqual({ type: 'refused', reason: 'item-not-answered' });
    expect(findings[0]!.issues.map((one) => one.code)).toContain('item-not-answered');
    expect(findings[1]!.value).toEqual({ type: 'quantity', value: 9, unit: '{score}' });
    expect(findings[1]!.issues.map((one) => one.code)).toContain('items-replaced');
  });

  it('refuses what lies out of range, item by item', async () => {
    const facts = [responseFact('f1', 'phq9', phq(0, 0, 0, 0, 0, 0, 0, 0, 4), '2026-11-20')];
    const { findings } = await runAll(scores!, dossierOf({ facts }));
    expect(findings.map((one) => one.value)).toEqual([
      { type: 'refused', reason: 'answer-out-of-range' },
      { type: 'refused', reason: 'answer-out-of-range' },
    ]);
  });

  it('gives no score to another version, keeps its safety answer, and says file and line', async () => {
    const fact = responseFact('f1', 'PHQ-9', phq(1, 1, 1, 1, 1, 1, 1, 1, 2), '2026-11-20');
    const told = { severity: 'error' as const, code: 'version-differs', message: 'other', place: 'line 2' };
    const dossier = dossierOf({ facts: [{ ...fact, place: 'line 2', issues: [told] }] });
    const { findings } = await runAll(scores!, dossier);
    expect(findings.map((one) => [one.measure.code, one.value])).toEqual([
      ['phq-9.item-9', { type: 'quantity', value: 2, unit: '{score}' }],
      ['phq-9.total', { type: 'refused', reason: 'version-differs' }],
    ]);
    const wrong = { ...responseFact('f1', 'PHQ-9', phq(0, 0, 0, 0, 0, 0, 0, 0, 4)), place: 'line 7' };
    const refused = await runAll(scores!, dossierOf({ facts: [wrong] }));
    expect(refused.findings[0]!.issues[0]!.place).toContain('line 7, item 9');
  });

  it('reports change against the earlier answers where the noise is known', async () => {
    const facts = [
      responseFact('f1', 'GAD-7', [3, 3, 3, 0, 0, 0, 0], '2026-09-01'),
      responseFact('f2', 'GAD-7', [1, 1, 1, 1, 1, 0, 0], '2026-11-01'),
      responseFact('f3', 'GAD-7', [1, 1, 1, 1, 1, 1, 1], '2026-11-20'),
    ];
    const { findings } = await runAll(scores!, dossierOf({ facts }));
    const changes = findings.filter((one) => one.measure.code === 'gad-7.total.change');
    expect(changes.map((one) => [one.time, one.value, one.norm?.band, one.derivedFrom])).toEqual([
      ['2026-11-01', { type: 'quantity', value: -4, unit: '{score}' }, 'reliable improvement', ['f2', 'f1']],
      ['2026-11-20', { type: 'quantity', value: 2, unit: '{score}' }, 'no reliable change', ['f3', 'f2']],
    ]);
  });

  it('reads two forms of one date as one when they agree and refuses the item when they do not', async () => {
    const facts = [
      responseFact('f1', 'PEG', [5, 6, 7], '2026-11-20'),
      responseFact('f2', 'PEG', [5, 6, 8], '2026-11-20'),
    ];
    const { findings, issues } = await runAll(scores!, dossierOf({ facts }));
    expect(findings).toHaveLength(1);
    expect(findings[0]!.value).toEqual({ type: 'refused', reason: 'item-answered-twice' });
    expect(issues.map((one) => one.code)).toEqual(['answers-duplicate']);
    const agreeing = await runAll(scores!, dossierOf({ facts: [facts[0]!, { ...facts[0]!, id: 'f9' }] }));
    expect(agreeing.findings[0]!.value).toEqual({ type: 'quantity', value: 6, unit: '{score}' });
  });

  it('takes a stated total only with a warning, and not when the form itself is there', async () => {
    const total: Fact = {
      ...responseFact('t1', 'x', [], '2026-11-20'),
      type: 'observation',
      code: { system: 'LOINC', code: '44261-6', display: 'total' },
      value: { type: 'quantity', value: 12, unit: '{score}' },
    };
    const alone = await runAll(scores!, dossierOf({ facts: [total] }));
    expect(alone.findings[0]!.norm?.band).toBe('moderate');
    expect(alone.findings[0]!.issues.map((one) => one.code)).toEqual(['items-not-seen']);
    const form = responseFact('f1', 'PHQ-9', phq(1, 1, 1, 1, 1, 1, 1, 1, 0), '2026-11-20');
    const both = await runAll(scores!, dossierOf({ facts: [form, total] }));
    expect(both.findings.filter((one) => one.measure.code === 'phq-9.total')).toHaveLength(1);
  });

  it('finds a safety item that stands alone in the record, once', async () => {
    const item: Fact = {
      ...responseFact('o1', 'x', [], '2026-11-19'),
      type: 'observation',
      code: { system: 'LOINC', code: '44260-8', display: 'item 9' },
      value: { type: 'code', code: { system: 'LOINC', code: 'LA6570-1', display: 'LA6570-1' } },
    };
    const form = responseFact('f1', 'PHQ-9', phq(0, 0, 0, 0, 0, 0, 0, 0, 0), '2026-11-20');
    const { findings } = await runAll(scores!, dossierOf({ facts: [item, form] }));
    const safety = findings.filter((one) => one.measure.code === 'phq-9.item-9');
    expect(safety.map((one) => [one.time, one.value, one.derivedFrom])).toEqual([
      ['2026-11-20', { type: 'quantity', value: 0, unit: '{score}' }, ['f1']],
      ['2026-11-19', { type: 'quantity', value: 2, unit: '{score}' }, ['o1']],
    ]);
    const unreadable = await runAll(
      scores!,
      dossierOf({ facts: [{ ...item, value: { type: 'text', text: 'rather often' } }] }),
    );
    expect(unreadable.findings.map((one) => one.value)).toEqual([{ type: 'refused', reason: 'answer-unreadable' }]);
  });

  const measures = (findings: { measure: { code: string }; value: unknown }[]) =>
    findings.map(({ measure, value }) => [measure.code, value]);

  it('gives a class, the domain of each score, and no total where there is none', async () => {
    const startBack = responseFact('f1', 'STarT Back', [1, 1, 0, 0, 1, 1, 1, 0, 1], '2026-11-20');
    const { findings } = await runAll(scores!, dossierOf({ facts: [startBack] }));
    expect(measures(findings)).toEqual([
      ['start-back.total', { type: 'quantity', value: 6, unit: '{score}' }],
      ['start-back.distress', { type: 'quantity', value: 4, unit: '{score}' }],
      ['start-back.group', { type: 'code', code: expect.objectContaining({ code: 'high' }) }],
    ]);
    expect(findings.map(({ codes }) => codes?.at(-1)?.code)).toEqual(['function', 'coping', 'function']);
  });

  it('keeps each yes of the C-SSRS screener, leaves out what was rightly not asked, and names an action', async () => {
    const screen = responseFact('f1', 'C-SSRS', [1, 0, undefined, undefined, undefined, 0, undefined], '2026-11-20');
    const { findings } = await runAll(scores!, dossierOf({ facts: [screen] }));
    expect(measures(findings)).toEqual([
      ['c-ssrs.item-1', { type: 'quantity', value: 1, unit: '{score}' }],
      ['c-ssrs.item-2', { type: 'quantity', value: 0, unit: '{score}' }],
      ['c-ssrs.item-6', { type: 'quantity', value: 0, unit: '{score}' }],
      ['c-ssrs.triage', { type: 'code', code: expect.objectContaining({ code: 'conversation-today' }) }],
    ]);
    expect(JSON.stringify(findings)).not.toMatch(/\blow\b/i);
  });

  it('gives T with its error and table, and refuses it where the row is not confirmed', async () => {
    const form = (id: string, values: number[]) => responseFact(id, id, values, '2026-11-20');
    const { findings } = await runAll(
      scores!,
      dossierOf({
        facts: [form('promis-anxiety-4a', [4, 4, 4, 3]), form('promis-physical-function-4a', [5, 5, 5, 5])],
      }),
    );
    expect(findings.find(({ measure }) => measure.code === 'promis-anxiety-4a.total.t')).toMatchObject({
      value: { value: 69.3 },
      uncertainty: { type: 'standard-error', value: 2.7 },
      norm: { band: 'moderate' },
      methodNote: expect.stringContaining('version 1.0'),
    });
    expect(findings.find(({ measure }) => measure.code === 'promis-physical-function-4a.total.t')).toMatchObject({
      value: { type: 'refused', reason: 't-not-verified' },
      issues: [{ code: 't-not-verified' }],
    });
  });

  it('gives no band of what is not verified', async () => {
    const facts = [
      responseFact('f1', 'PSS-10', [4, 4, 4, 0, 0, 4, 0, 0, 4, 4], '2026-11-20'),
      responseFact('f2', 'pain-spreading', [1, 1, 1, 1, 1, 0], '2026-11-20'),
    ];
    const { findings } = await runAll(scores!, dossierOf({ facts }));
    expect(findings.map(({ norm }) => norm?.band)).toEqual([undefined, undefined, undefined]);
    expect(findings.map(({ norm }) => norm?.bands)).toEqual([undefined, undefined, undefined]);
    const spreading = findings.find(({ measure }) => measure.code === 'pain-spreading.total')!;
    expect(spreading.issues.map(({ code }) => code)).toEqual(['instrument-unverified']);
  });

  it('names what published words call a course, and says when an important difference is within noise', async () => {
    const gad = (id: string, values: number[], at: string) => responseFact(id, 'GAD-7', values, at);
    const { findings } = await runAll(
      scores!,
      dossierOf({
        facts: [
          gad('f1', [2, 2, 2, 2, 2, 2, 2], '2026-01-01'),
          gad('f2', [1, 1, 1, 1, 0, 0, 0], '2026-02-01'),
          gad('f3', [1, 1, 0, 0, 0, 0, 0], '2026-03-01'),
        ],
      }),
    );
    expect(measures(findings.filter(({ measure }) => measure.code === 'gad-7.total.course'))).toEqual([
      ['gad-7.total.course', { type: 'code', code: expect.objectContaining({ code: 'reliable-recovery' }) }],
      ['gad-7.total.course', { type: 'code', code: expect.objectContaining({ code: 'none' }) }],
    ]);
    const last = findings.filter(({ measure }) => measure.code === 'gad-7.total.change').at(-1)!;
    expect(last.issues.map(({ code }) => code)).toEqual(['important-within-noise']);
  });

  it('says what it does not see or know', () => {
    expect(scores!.select(dossierOf()).missing.map((one) => one.code)).toEqual(['no-questionnaire']);
    const unknown = scores!.select(dossierOf({ facts: [responseFact('f1', 'weather', [1, 2])] }));
    expect(unknown.missing.map((one) => one.code)).toContain('instrument-unknown');
    expect(unknown.selections).toEqual([]);
  });

  it('leaves out responses that were entered in error', () => {
    const wrong: Fact = { ...responseFact('f1', 'PEG', [1, 2, 3]), status: 'entered-in-error' };
    expect(scores!.select(dossierOf({ facts: [wrong] })).selections).toEqual([]);
  });
});

it('holds a score against the one before and against the first, in the words of the same limits', async () => {
  const at = (day: string, value: number) =>
    responseFact(
      `f-${day}`,
      'GAD-7',
      Array.from({ length: 7 }, () => value),
      `2026-01-${day}`,
    );
  const { findings } = await runAll(scores!, dossierOf({ facts: [at('01', 3), at('08', 2), at('15', 1)] }));
  const of = (code: string) =>
    findings.filter(({ measure, time }) => measure.code === code && time === '2026-01-15').map(({ value }) => value);
  expect(of('gad-7.total.change')).toMatchObject([{ value: -7 }]);
  expect(of('gad-7.total.change-from-first')).toMatchObject([{ value: -14 }]);
  expect(of('gad-7.total.state-from-first')).toMatchObject([{ code: { code: 'recovered' } }]);
  // The second answer has one before it, and that is the first: said once.
  expect(findings.filter(({ measure }) => measure.code.endsWith('-from-first')).map(({ time }) => time)).toEqual([
    '2026-01-15',
    '2026-01-15',
  ]);
});

it('gives what is still possible, and no number for a plan, where a rule for gaps is not verified', async () => {
  const gad = (...answers: (number | undefined)[]) => [
    responseFact('f0', 'GAD-7', [3, 3, 3, 3, 3, 3, 3], '2026-01-01'),
    responseFact('f1', 'GAD-7', answers, '2026-02-01'),
  ];
  const { findings } = await runAll(scores!, dossierOf({ facts: gad(2, 2, 2, 2, 2, 1, undefined) }));
  const later = findings.filter(({ time }) => time === '2026-02-01');
  expect(later.map(({ measure, value }) => [measure.code, value])).toEqual([
    ['gad-7.total', { type: 'interval', low: 11, high: 14, unit: '{score}' }],
  ]);
  expect(later[0]).toMatchObject({
    norm: { refused: 'the rule for missing items is not verified' },
    issues: [{ code: 'items-replaced' }, { code: 'missing-rule-unverified' }],
  });
  const phq = responseFact('f1', 'PHQ-9', [2, 2, 2, 2, 2, 1, undefined, 1, 0], '2026-02-01');
  const ruled = await runAll(scores!, dossierOf({ facts: [phq] }));
  expect(ruled.findings.find(({ measure }) => measure.code === 'phq-9.total')?.value).toMatchObject({
    type: 'quantity',
  });
});
