/** From a generated genome to the plan: what genes say of a drug reaches its line, and what has no evidence does not. */
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/dossier/finding.ts';
import { analyse, genomeText } from '../../src/genomics/testing.ts';
import { vcfText } from '../../src/intake/vcf/testing.ts';
import { buildPlan } from '../../src/plan/buildPlan.ts';
import { coded, testDossier, testFinding } from '../../src/plan/testFindings.ts';

const asOf = '2026-11-20';
const taken = (site: string, measure = 'active-medication') =>
  testFinding(measure, coded(measure.startsWith('planned') ? 'planned' : 'active'), { site });
const planOf = (findings: Finding[]) => buildPlan(testDossier(findings), { asOf }).recommendations;

/** Rows of both copies of every listed variant of low evidence, as lines of the same genome. */
const lowEvidence = [
  'chr6 154039662 A G 1/1',
  'chr22 19962429 A G 1/1',
  'chr22 19962712 C T 1/1',
  'chr22 19963684 C G 1/1',
  'chr22 19963748 G A 1/1',
  'chr7 87509329 A G 1/1',
  'chr7 87531302 A C 1/1',
  'chr7 87550285 A G 1/1',
  'chr4 69098620 T C 1/1',
  'chr11 27658369 C T 1/1',
  'chr13 46837850 A G 1/1',
  'chr13 46897343 C T 1/1',
  'chr17 30237328 T C 1/1',
];
const rowsOf = (rows: string[]) => vcfText(['ann'], rows).trim().split('\n').slice(-rows.length);
const position = (line: string) => [line.split('\t')[0]!, Number(line.split('\t')[1])] as const;

/** The genome with these lines in their place. */
function withRows(text: string, rows: string[]): string {
  const lines = text.trim().split('\n');
  const head = lines.filter((line) => line.startsWith('#'));
  const body = [...lines.filter((line) => !line.startsWith('#')), ...rowsOf(rows)];
  const order = (line: string) => Number(position(line)[0].replace('chr', '')) * 1e9 + position(line)[1];
  return `${[...head, ...body.sort((a, b) => order(a) - order(b))].join('\n')}\n`;
}

const listed = ['tramadol', 'oxycodone', 'morphine', 'citalopram', 'clopidogrel', 'duloxetine'].map((site) =>
  taken(site),
);

describe('variants of level C and D', () => {
  it('stand in the appendix and change no plan line', async () => {
    const plain = await analyse(genomeText());
    const carrying = await analyse(withRows(genomeText(), lowEvidence));
    const appendix = carrying.findings.filter(({ measure }) => measure.code === 'pgx-evidence-only');
    expect(appendix.map(({ site }) => site!.display.split(' ')[0]).sort()).toEqual(
      [
        ...Array(3).fill('ABCB1'),
        'BDNF',
        ...Array(4).fill('COMT'),
        'HTR2A',
        'HTR2A',
        'OPRM1',
        'SLC6A4',
        'UGT2B7',
      ].sort(),
    );
    const lines = (findings: Finding[]) => planOf([...listed, ...findings]).map(({ id: _, run: __, ...line }) => line);
    const [before, after] = [lines(plain.findings), lines(carrying.findings)];
    expect(after.map(({ action, strength }) => [action, strength])).toEqual(
      before.map(({ action, strength }) => [action, strength]),
    );
    const said = after.map(({ action, for: pro, against, wouldChange }) => [action, pro, against, wouldChange]);
    expect(JSON.stringify(said)).not.toMatch(/OPRM1|COMT|ABCB1|UGT2B7|BDNF|SLC6A4|HTR2A/);
    const used = new Set(after.flatMap(({ basis }) => basis));
    expect(appendix.some(({ id }) => used.has(id))).toBe(false);
  });
});

describe('a drug that no rule of its own speaks of', () => {
  const star2 = { 94775367: '1/1', 94781859: '1/1', 94842866: '1/1' };

  it('has a line with the grade and body of its guidance', async () => {
    const { findings } = await analyse(genomeText(star2));
    const [line] = planOf([taken('clopidogrel'), ...findings]).filter(({ rule }) => rule.id === 'drug-by-genotype');
    expect(line).toMatchObject({ about: 'clopidogrel', verb: 'review', strength: { body: 'CPIC' } });
    expect(line!.strength.grade).toContain('Strong');
    expect(line!.action).toContain('prasugrel');
    expect(line!.against[0]!.statement).toContain('Observed response outranks genotype');
  });

  it('has none at the label dose, and none for a drug that is not on the list', async () => {
    const { findings } = await analyse(genomeText());
    expect(planOf([taken('clopidogrel'), ...findings]).filter(({ about }) => about === 'clopidogrel')).toEqual([]);
    expect(planOf(findings).filter(({ rule }) => rule.id === 'drug-by-genotype')).toEqual([]);
  });

  it('keeps a set, and says by genotype alone what the drugs taken changed', async () => {
    const alone = await analyse(genomeText());
    const [set] = planOf([taken('hydrocodone'), taken('paroxetine'), ...alone.findings]).filter(
      ({ about }) => about === 'paroxetine',
    );
    expect(set!.action).toContain('depends on which member of the set is true');
    expect(set!.action).toMatch(
      /if CYP2D6 Ultrarapid Metabolizer \(score 3 or 4\): Consider a drug.*; if CYP2D6 Normal/,
    );
    const strong = await analyse(genomeText(), { inhibition: 'strong' });
    const [changed] = planOf([taken('paroxetine', 'planned-medication'), ...strong.findings]).filter(
      ({ rule }) => rule.id === 'drug-by-genotype',
    );
    expect(changed!.action).toContain('50 %');
    const reasons = changed!.for.map(({ statement }) => statement).join(' ');
    expect(reasons).toMatch(/Poor Metabolizer \(score 0\) \(under the drugs taken\)/);
    expect(reasons).toContain('By genotype alone');
  });

  it('is discussed before the first dose when it is planned', async () => {
    const { findings } = await analyse(genomeText(star2));
    const [line] = planOf([taken('clopidogrel', 'planned-medication'), ...findings]).filter(
      ({ about }) => about === 'clopidogrel',
    );
    expect(line).toMatchObject({ verb: 'discuss', strength: { body: 'CPIC' } });
    expect(line!.action).toMatch(/^Clopidogrel is planned.*before the first dose\.$/);
  });

  it('is not spoken of twice where a rule of its own speaks', async () => {
    const { findings } = await analyse(genomeText(star2));
    const about = planOf([taken('citalopram'), ...findings]).filter((line) => line.about === 'citalopram');
    expect(about.map(({ rule }) => rule.id)).toEqual(['citalopram-cyp2c19']);
  });

  it('goes by the label where CPIC is silent, and by nothing that nobody verified', async () => {
    const strong = await analyse(genomeText(), { inhibition: 'strong' });
    const lines = planOf([taken('brexpiprazole'), taken('thioridazine'), ...strong.findings]);
    expect(lines.filter(({ about }) => about === 'brexpiprazole')).toMatchObject([{ strength: { body: 'FDA' } }]);
    expect(lines.filter(({ about }) => about === 'thioridazine')).toMatchObject([{ strength: { body: 'FDA' } }]);
    expect(strong.findings.some(({ site }) => site?.code === 'thioridazine')).toBe(true);
  });
});
