import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Finding, findingFromDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import { siteKnowledge } from '../knowledge/site.ts';
import { runAll } from '../knowledge/testing.ts';
import { guidance } from './guidance-analysis.ts';

const directory = mkdtempSync(join(tmpdir(), 'idiograph-guidance-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const finding = (measure: string, site: string, code: string, time?: string): Finding =>
  findingFromDraft(
    {
      measure: { system: 'idiograph', code: measure, display: measure },
      site: { system: 't', code: site, display: site },
      value: { type: 'code', code: { system: 't', code, display: code } },
      ...(time ? { time } : {}),
      issues: [],
      derivedFrom: [],
    },
    { id: 'run', subject: 's', method: 'test' },
  );

async function run(findings: Finding[], from?: string) {
  const made = await runAll(guidance, dossierOf({ findings }), {
    knowledge: <T>(path: string) => loadKnowledge(path, from).data as T,
  });
  const of = (drug: string, reader?: string) =>
    made.findings.find(
      (one) => one.measure.code === 'drug-guidance' && one.site?.code === drug && one.reader === reader,
    );
  return { ...made, of };
}

const poor = finding('metabolizer-phenotype', 'CYP2D6', 'poor-metabolizer');
const codes = (issues: readonly { code: string }[] | undefined) => (issues ?? []).map(({ code }) => code);

describe('age of the tables', () => {
  it('says superseded upstream with its date, drug by drug', async () => {
    const { of } = await run([finding('metabolizer-phenotype', 'TPMT', 'normal-metabolizer'), poor]);
    const azathioprine = of('azathioprine')!;
    expect(azathioprine.issues.find(({ code }) => code === 'superseded-upstream')!.message).toContain('2026-02-03');
    expect(azathioprine.codes!.map(({ code }) => code)).toContain('superseded-upstream');
    expect(codes(of('codeine')!.issues)).toContain('guidance-date');
  });

  it('warns when the list is more than a year younger than the last look at changes', async () => {
    const later = await run([poor, finding('medication-list', '', 'read', '2028-01-01')]);
    expect(codes(later.of('codeine')!.issues)).toContain('guidance-old');
    const now = await run([poor, finding('medication-list', '', 'read', '2026-11-01')]);
    expect(codes(now.of('codeine')!.issues)).not.toContain('guidance-old');
  });

  it('says of a listed drug without a table that nothing is said', async () => {
    const { issues, of } = await run([poor, finding('active-medication', 'warfarin', 'active')]);
    expect(codes(issues)).toEqual(['guidance-not-covered']);
    expect(of('warfarin')).toBeUndefined();
  });
});

describe('HLA', () => {
  it('not tested is refused with whom to test, also without any genome, and only for what is listed', async () => {
    const negative = finding('hla-allele', 'HLA-B*58:01', 'negative');
    const planned = finding('planned-medication', 'abacavir', 'planned');
    const { of, findings } = await run([negative, planned]);
    expect(of('abacavir')!.value).toEqual({ type: 'refused', reason: 'gene-not-determined' });
    expect(of('abacavir')!.issues[0]).toMatchObject({
      code: 'hla-not-tested',
      remedy: expect.stringContaining('ancestry'),
    });
    expect(findings.map(({ site }) => site!.code).sort()).toEqual(['abacavir', 'allopurinol']);
  });

  it('aminoglycosides: increased risk is avoided, normal risk is still watched', async () => {
    const of = async (risk: string) => {
      const code = `${risk}-risk-of-aminoglycoside-induced-hearing-loss`;
      const made = await run([finding('metabolizer-phenotype', 'MT-RNR1', code)]);
      return made.of('gentamicin')!.codes!.find(({ system }) => system === 'guidance-action')!.code;
    };
    expect(await of('increased')).toBe('avoid');
    expect(await of('normal')).toBe('label-then-review');
    expect(await of('uncertain')).toBe('label-then-review');
  });
});

describe('a pack of the site', () => {
  const site = {
    ...(loadKnowledge('genomics/guidance/site.json').data as object),
    version: '2026.1',
    guideline: { id: 'dpwg', title: 'DPWG codeine', body: 'DPWG', version: '2026', reference: 'site' },
    tableDate: '2026-06',
    drugs: [
      {
        drug: 'codeine',
        genes: ['CYP2D6'],
        rows: [
          {
            id: 'poor',
            when: { CYP2D6: ['0'] },
            says: [{ strength: 'AA#A', action: 'alternative', steps: [{ do: 'alternative' }] }],
          },
        ],
      },
    ],
  };
  const newer = structuredClone(loadKnowledge('genomics/guidance/opioids-2021.json').data) as {
    tableDate: string;
    version: string;
  };
  newer.tableDate = '2027-01';
  newer.version = '2.0.0';
  mkdirSync(join(directory, 'genomics/guidance'), { recursive: true });
  writeFileSync(join(directory, 'genomics/guidance/site.json'), JSON.stringify(site));
  writeFileSync(join(directory, 'genomics/guidance/opioids-2021.json'), JSON.stringify(newer));

  it('adds a body beside CPIC and replaces a table by a newer release', async () => {
    const { directory: from, files } = siteKnowledge(directory);
    expect(files.map(({ header }) => header.version)).toEqual(['2.0.0', '2026.1']);
    const { of } = await run([poor], from);
    expect(JSON.stringify(of('codeine', 'DPWG')!.value)).toContain('codeine.dpwg-poor');
    expect(of('codeine')!.evidence![0]!.says).toContain('table of 2027-01');
    expect(of('tramadol')!.evidence![0]!.says).toContain('table of 2027-01');
    expect(of('paroxetine')!.evidence![0]!.says).toContain('table of 2024-05');
  });
});

describe('what a statement must say of its genes', () => {
  const withIssue = (one: Finding, code: string): Finding => ({
    ...one,
    issues: [{ code, severity: 'warning', message: code }],
  });

  it('an outside call that contradicts the genotypes stands with each statement that rests on it', async () => {
    const { of } = await run([withIssue(poor, 'outside-call-conflict')]);
    expect(codes(of('codeine')!.issues)).toContain('outside-call-conflict');
  });

  it('an enzyme that is inhibited and induced at once is read by genotype alone, and said so', async () => {
    const normal = finding('metabolizer-phenotype', 'CYP2C19', 'normal-metabolizer');
    const adjusted = finding('metabolizer-phenotype-adjusted', 'CYP2C19', 'normal-metabolizer');
    const opposed = withIssue(
      { ...adjusted, value: { type: 'refused', reason: 'phenoconversion-opposed' } },
      'phenoconversion-opposed',
    );
    const { of } = await run([normal, opposed]);
    expect(codes(of('citalopram')!.issues)).toContain('phenoconversion-opposed');
    expect(codes(of('citalopram', 'FDA')!.issues)).toContain('phenoconversion-opposed');
  });

  it('the factor of the opioid guideline is carried over to drugs of others, and said so', async () => {
    const taken = finding('metabolizer-phenotype-adjusted', 'CYP2D6', 'poor-metabolizer');
    const normal = finding('metabolizer-phenotype', 'CYP2D6', 'normal-metabolizer');
    const { of } = await run([normal, taken, finding('enzyme-inhibition', 'CYP2D6', 'strong')]);
    expect(codes(of('codeine')!.issues)).not.toContain('factor-carried-over');
    expect(codes(of('atomoxetine')!.issues)).toContain('factor-carried-over');
  });
});
