import { describe, expect, it } from 'vitest';
import type { Fact } from '../dossier/fact.ts';
import { type Finding, findingFromDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { guidance } from './guidance-analysis.ts';
import { inferPhenotype } from './phenoconversion.ts';
import { phenoconversion } from './phenoconversion-analysis.ts';

describe('inference, which no guideline states', () => {
  it.each([
    ['CYP2C19', 'normal-metabolizer', { inhibitor: 'strong' }, 'poor-metabolizer'],
    ['CYP2C19', 'rapid-metabolizer', { inhibitor: 'moderate' }, 'normal-metabolizer'],
    ['CYP2C19', 'likely-intermediate-metabolizer', { inhibitor: 'moderate' }, 'poor-metabolizer'],
    ['CYP2C19', 'normal-metabolizer', { inhibitor: 'weak' }, 'normal-metabolizer'],
    ['CYP2C19', 'normal-metabolizer', { inducer: 'moderate' }, 'rapid-metabolizer'],
    ['CYP2C19', 'poor-metabolizer', { inducer: 'strong' }, 'poor-metabolizer'],
    ['CYP3A4', 'normal-metabolizer', { inducer: 'strong' }, 'normal-metabolizer'],
    ['CYP2C9', 'indeterminate', { inhibitor: 'moderate' }, 'indeterminate'],
    ['CYP2C9', 'indeterminate', { inhibitor: 'strong' }, 'poor-metabolizer'],
  ] as const)('%s %s under %o is %s', (gene, phenotype, effect, expected) => {
    expect(inferPhenotype(gene, phenotype, effect)).toBe(expected);
  });
});

const finding = (measure: string, site: string, ...codes: string[]): Finding =>
  findingFromDraft(
    {
      measure: { system: 'idiograph', code: measure, display: measure },
      site: { system: 'HGNC', code: site, display: site },
      value:
        codes.length === 1
          ? { type: 'code', code: { system: 't', code: codes[0]!, display: codes[0]! } }
          : {
              type: 'set',
              members: codes.map((code) => ({ value: { type: 'code', code: { system: 't', code, display: code } } })),
            },
      issues: [],
      derivedFrom: [],
    },
    { id: 'run', subject: 's', method: 'test' },
  );

const smoker: Fact = {
  kind: 'fact',
  id: 'fact-smoker',
  subject: 's',
  source: 'src',
  place: 'Observation',
  type: 'observation',
  code: { system: 'LOINC', code: '72166-2', display: 'Tobacco smoking status' },
  value: { type: 'code', code: { system: 'SNOMED', code: '449868002', display: 'Smokes daily' } },
  status: 'completed',
  isEvent: false,
  issues: [],
};

async function run(findings: Finding[], facts: Fact[] = []) {
  const converted = await runAll(phenoconversion, dossierOf({ findings, facts }));
  const made = converted.findings.map((draft) => findingFromDraft(draft, { id: 'c', subject: 's', method: 'c' }));
  const guided = await runAll(guidance, dossierOf({ findings: [...findings, ...made], facts }));
  return { converted: converted.findings, guided: guided.findings };
}
const codesOf = (value: { type: string } | undefined) => JSON.stringify(value).match(/[a-z-]+metabolizer/g);

describe('enzymes under the list', () => {
  const set = finding('metabolizer-phenotype', 'CYP2C19', 'normal-metabolizer', 'rapid-metabolizer');

  it('turns a set member by member, labels it, and leaves the guideline finding by genotype', async () => {
    const { converted, guided } = await run([set, finding('enzyme-inhibition', 'CYP2C19', 'moderate')]);
    expect(converted).toHaveLength(1);
    expect(new Set(codesOf(converted[0]!.value))).toEqual(new Set(['intermediate-metabolizer', 'normal-metabolizer']));
    expect(converted[0]).toMatchObject({ methodNote: 'non-guideline inference' });
    expect(converted[0]!.issues[0]).toMatchObject({ code: 'phenoconversion-inference', severity: 'warning' });
    const of = (measure: string) =>
      guided.find((one) => one.measure.code === measure && one.site?.code === 'escitalopram' && !one.reader);
    expect(JSON.stringify(of('drug-guidance')!.value)).toContain('escitalopram.rapid');
    expect(JSON.stringify(of('drug-guidance-inferred')!.value)).toContain('escitalopram.intermediate');
    expect(of('drug-guidance-inferred')!.issues.map(({ code }) => code)).toContain('phenoconversion-inference');
    expect(of('drug-guidance-genotype')).toBeUndefined();
  });

  it('refuses when an enzyme is inhibited and induced at once', async () => {
    const both = [finding('enzyme-inhibition', 'CYP2C19', 'strong'), finding('enzyme-induction', 'CYP2C19', 'strong')];
    const { converted } = await run([set, ...both]);
    expect(converted[0]!.value).toEqual({ type: 'refused', reason: 'phenoconversion-opposed' });
  });

  it('says what smoking does to CYP1A2 without inventing its genotype', async () => {
    const { converted } = await run([], [smoker]);
    expect(converted).toMatchObject([{ site: { code: 'CYP1A2' }, value: { type: 'refused' } }]);
    expect(converted[0]!.issues.map(({ code }) => code)).toContain('smoking-induces');
    const former = {
      ...smoker,
      value: { type: 'code' as const, code: { system: 'SNOMED', code: '8517006', display: 'Former' } },
    };
    expect((await run([], [former])).converted).toEqual([]);
  });

  it('warns in pregnancy and applies no factor', async () => {
    const pregnant = finding('condition', 'pregnancy', 'active');
    const { converted } = await run([set, pregnant, finding('enzyme-inhibition', 'CYP2C19', 'moderate')]);
    expect(converted[0]!.issues.map(({ code }) => code)).toContain('phenoconversion-pregnancy');
    expect(codesOf(converted[0]!.value)).toContain('intermediate-metabolizer');
  });

  it('weak effects and an unread gene change nothing', async () => {
    expect((await run([set, finding('enzyme-inhibition', 'CYP2C19', 'weak')])).converted).toEqual([]);
    expect((await run([finding('enzyme-inhibition', 'CYP2C19', 'strong')])).converted).toEqual([]);
  });
});
