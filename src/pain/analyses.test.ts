import { describe, expect, it } from 'vitest';
import type { Analysis } from '../dossier/analysis.ts';
import type { Fact } from '../dossier/fact.ts';
import { type Finding, type FindingDraft, findingFromDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { painContext } from './contextAnalysis.ts';
import { bodyMap } from './mapAnalysis.ts';
import { mechanisms } from './mechanismAnalysis.ts';
import { redFlags } from './redFlagAnalysis.ts';
import { allOf, answered, diagnosis } from './testing.ts';

async function run(analysis: Analysis, facts: Fact[], findings: Finding[] = []) {
  const { findings: found } = await runAll(analysis, dossierOf({ facts, findings }));
  return found;
}

function shown({ site, value }: FindingDraft): string {
  const words =
    value.type === 'code'
      ? value.code.code
      : value.type === 'refused'
        ? `refused ${value.reason}`
        : value.type === 'set'
          ? value.members.map((one) => (one.value.type === 'code' ? one.value.code.code : '')).join('|')
          : JSON.stringify(value);
  return site ? `${site.code} ${words}` : words;
}

describe('red flags', () => {
  it('are positive with one yes, negative with all no, and otherwise not all asked', async () => {
    const { 8: _, ...answers } = allOf(13, 0, { 2: 1 });
    const found = await run(redFlags, [answered('f1', 'pain-red-flags', answers, '2026-03-01')]);
    expect(found.map(shown)).toEqual([
      'cauda-equina positive',
      'infection refused not-all-asked',
      'fracture negative',
      'malignancy negative',
    ]);
    expect(found[0]!.evidence!.map(({ says }) => says)).toContain('new trouble to pass, hold or feel urine: yes');
  });

  it('of one yes stay positive though other questions are open', async () => {
    const found = await run(redFlags, [answered('f1', 'headache-red-flags', { 4: 1 }, '2026-03-01')]);
    expect(found.map(shown)).toEqual(['headache positive']);
  });

  it('are refused where two forms of one moment contradict each other', async () => {
    const found = await run(redFlags, [
      answered('f1', 'pain-red-flags', allOf(13, 0), '2026-03-01'),
      answered('f2', 'pain-red-flags', { 9: 1 }, '2026-03-01'),
    ]);
    expect(found.map(shown)[2]).toBe('fracture refused not-all-asked');
  });
});

describe('mechanisms', () => {
  it('keep every grade that unasked steps leave possible', async () => {
    const [grade] = await run(mechanisms, [answered('f1', 'neuropathic-grade', { 1: 1, 2: 1 })]);
    expect(shown(grade!)).toBe('possible|probable|definite');
    expect(grade!.issues.map(({ code }) => code)).toEqual(['steps-not-asked', 'grade-is-no-diagnosis']);
  });

  it('give no grade without a history, and say what to ask', async () => {
    const [grade] = await run(mechanisms, [answered('f1', 'neuropathic-grade', { 3: 1 })]);
    expect(shown(grade!)).toBe('refused history-not-asked');
    expect(grade!.issues[0]!.remedy).toBeDefined();
  });

  it('list bedside findings by modality, without those that were not examined', async () => {
    const found = await run(mechanisms, [answered('f1', 'sensory-examination', { 1: 1, 6: 3 }, '2026-03-01')]);
    expect(found.map(shown)).toEqual(['touch reduced', 'brush painful']);
  });

  it('grade nociplastic pain by its steps', async () => {
    const all = allOf(16, 0, { 1: 1, 2: 1, 5: 1, 10: 1, 15: 1 });
    expect((await run(mechanisms, [answered('f1', 'nociplastic-criteria', all)])).map(shown)).toEqual(['probable']);
    const few = { 1: 1, 2: 1, 3: 0, 4: 0, 5: 1 };
    expect((await run(mechanisms, [answered('f1', 'nociplastic-criteria', few)])).map(shown)).toEqual([
      'possible|probable',
    ]);
  });

  it('hold the class that a clinician chose, and those that were not', async () => {
    const found = await run(mechanisms, [answered('f1', 'chronic-pain-class', { 1: 1, 6: 0 })]);
    expect(found.map(shown)).toEqual(['MG30.0 chosen', 'MG30.5 not-chosen']);
  });
});

describe('pain on record', () => {
  const snomed = (code: string, display: string) => ({ system: 'SNOMED', code, display });

  it("comes from codes and words of current problems, not from what is denied, past or somebody else's", async () => {
    const found = await run(painContext, [
      diagnosis('d1', snomed('279039007', 'Low back pain')),
      diagnosis('d2', { system: 'ICD-10', code: 'G50.0', display: 'Trigeminusneuralgie' }, { laterality: 'left' }),
      diagnosis('d3', { system: 'text', code: 'x', display: 'Family history of migraine' }),
      diagnosis('d4', { system: 'text', code: 'x', display: 'Fibromyalgia' }, { status: 'completed' }),
    ]);
    expect(found.map((one) => `${one.measure.code} ${shown(one)}`)).toEqual([
      'pain-problem low-back-pain active',
      'pain-problem trigeminal-neuralgia active',
      'pain-present back present',
      'pain-present face present',
    ]);
  });

  it('takes the place that the record states before what the name says', async () => {
    const rating = { system: 'LOINC', code: '38208-5', display: 'Pain severity' };
    const rated = (value: number) => ({
      type: 'observation' as const,
      status: 'completed' as const,
      value: { type: 'quantity' as const, value, unit: '{score}' },
    });
    const inWords = (display: string) => [{ system: 'text', code: display, display }];
    const found = await run(painContext, [
      diagnosis(
        'd1',
        { system: 'ICD-10', code: 'M25.56', display: 'Joint pain' },
        {
          bodySite: [snomed('72696002', 'Knee region structure')],
          laterality: 'right',
        },
      ),
      diagnosis('o1', rating, { ...rated(6), bodySite: inWords('Left forearm'), laterality: 'left' }),
      diagnosis('o2', rating, { ...rated(0), bodySite: inWords('Head') }),
    ]);
    expect(found.map((one) => `${one.measure.code} ${shown(one)}`)).toEqual([
      'pain-problem joint-pain active',
      'pain-site lower-arm-left stated',
      'pain-site lower-leg-right stated',
      'pain-present elsewhere present',
      'pain-present leg present',
    ]);
  });

  it('is unlocated only as long as nothing says where', async () => {
    const chronic = diagnosis('d1', snomed('82423001', 'Chronic pain'));
    expect((await run(painContext, [chronic])).map(shown)).toEqual(['chronic-pain active', 'unlocated present']);
    const knee = diagnosis('d2', { system: 'ICD-10', code: 'R51', display: 'Headache' });
    expect((await run(painContext, [chronic, knee])).map(shown)).toContain('head present');
    expect((await run(painContext, [chronic, knee])).map(shown)).not.toContain('unlocated present');
  });

  it('follows the newest map, and says how long it lasts', async () => {
    const facts = [
      answered('f1', 'acr-2016', allOf(26, 0, { 17: 1, 26: 0 }), '2026-01-01'),
      answered('f2', 'acr-2016', allOf(26, 0, { 1: 1, 26: 1 }), '2026-03-01'),
    ];
    const maps = (await run(bodyMap, facts)).map((draft) =>
      findingFromDraft(draft, { id: `run ${draft.time}`, subject: 's1', method: 'test' }),
    );
    const found = await run(painContext, facts, maps);
    expect(found.map((one) => `${one.measure.code} ${shown(one)}`)).toEqual([
      'pain-present face present',
      'pain-duration three-months-or-longer',
    ]);
  });

  it('is nothing when the record has none', async () => {
    expect(await run(painContext, [diagnosis('d1', snomed('38341003', 'Hypertension'))])).toEqual([]);
  });
});
