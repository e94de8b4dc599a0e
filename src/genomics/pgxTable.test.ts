import { expect, test } from 'vitest';
import { findingFromDraft } from '../dossier/finding.ts';
import { dossierOf } from '../dossier/testing.ts';
import { runAll } from '../knowledge/testing.ts';
import { guidance } from './guidance-analysis.ts';
import { pgxResult } from './pgxTable.ts';
import { analyse, genomeText } from './testing.ts';

const medicine = (state: string, drug: string) =>
  findingFromDraft(
    {
      measure: { system: 'idiograph', code: `${state}-medication`, display: state },
      site: { system: 'drug', code: drug, display: drug },
      value: { type: 'code', code: { system: 'idiograph', code: state, display: state } },
      issues: [],
      derivedFrom: [],
    },
    { id: 'run', subject: 'subject', method: 'clinical.medications' },
  );

/** The genome's own findings with a medicine on the list, guidance made anew. */
async function result(text: string, medicines: ReturnType<typeof medicine>[] = []) {
  const { findings } = await analyse(text);
  const own = [...findings.filter(({ measure }) => !measure.code.startsWith('drug-guidance')), ...medicines];
  const made = await runAll(guidance, dossierOf({ findings: own }));
  const said = made.findings.map((draft) =>
    findingFromDraft(draft, { id: 'run-guidance', subject: 'subject', method: guidance.id }),
  );
  return pgxResult(dossierOf({ findings: [...own, ...said] }));
}

test('a drug whose HLA type is not known stands open, and never among the statements', async () => {
  const { drugs, notDetermined } = await result(genomeText(), [medicine('planned', 'carbamazepine')]);
  expect(drugs.some(({ drug }) => drug === 'carbamazepine')).toBe(false);
  const open = notDetermined!.find(({ drug }) => drug === 'carbamazepine')!;
  expect(new Set(open.issues.map(({ code }) => code))).toEqual(new Set(['hla-not-tested']));
});

test('a statement carries what limits it', async () => {
  const { drugs } = await result(genomeText());
  const codeine = drugs.filter(({ drug }) => drug === 'codeine');
  expect(codeine.length).toBeGreaterThan(1);
  for (const one of codeine) {
    expect(one.issues!.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['guidance-differs', 'population-note']),
    );
  }
});

test('a file without one of the positions says so once, and only the medicines of the list stand open', async () => {
  const empty = genomeText().replace(/^chr(10|22)\t.*\n/gm, '');
  const { issues, drugs, notDetermined } = await result(empty, [medicine('active', 'codeine')]);
  expect(issues!.map(({ code }) => code)).toEqual(['nothing-called']);
  expect(drugs).toEqual([]);
  expect(notDetermined!.map(({ drug }) => drug)).toEqual(['codeine']);
});

test('what stops a whole genome stands at the top, not only with each gene', async () => {
  const wrong = genomeText({}, 'GRCh37')
    .replace(/135534747/, '133797422')
    .replace(/51304566/, '50818468');
  const { issues } = await result(wrong);
  expect(issues!.map(({ code }) => code)).toEqual(['vcf-wrong-build']);
});
