/**
 * Story A: back pain, low mood; a set of genotypes that matters, then does not. Synthetic join, labelled so: record, answers
 * and genome are made by code; where the shared data are there, the genome of GeT-RM NA18861 takes the place of ours.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedData } from '../../conformance/shared.ts';
import { type ExampleFile, exampleDay } from '../../examples/patient.ts';
import { painExample } from '../../examples/patients/pain.ts';
import { writeAnswersTable } from '../../examples/write/answersTable.ts';
import { openStore } from '../../src/store/open.ts';
import { why } from '../../src/store/why.ts';
import { idiograph } from './cli.ts';
import { checkOf, lineOf, openStory, rulesOf, type Told } from './story.ts';

const story = openStory('a');
const files = painExample().files;
/** painDETECT 13, which is unclear: seven symptoms, course, radiation. */
const painDetect = writeAnswersTable('questionnaires/paindetect.csv', [
  { instrument: 'painDETECT', date: exampleDay, values: [3, 2, 2, 1, 2, 1, 2, 0, 0] },
]);
const all = [...files, painDetect];

/** The same files with the text of one of them changed. */
function changed(given: readonly ExampleFile[], path: string, change: (text: string) => string): ExampleFile[] {
  expect(given.map((file) => file.path)).toContain(path);
  return given.map((file) =>
    file.path === path ? { path, bytes: Buffer.from(change(Buffer.from(file.bytes).toString('utf8'))) } : file,
  );
}

function without(drug: string) {
  return (text: string) => {
    const bundle = JSON.parse(text) as { entry: { resource: { medicationCodeableConcept?: { text: string } } }[] };
    const entry = bundle.entry.filter(({ resource }) => resource.medicationCodeableConcept?.text !== drug);
    expect(entry).toHaveLength(bundle.entry.length - 1);
    return JSON.stringify({ ...bundle, entry });
  };
}

let told: Told;
let alone: Told;
let withLow: Told;
beforeAll(async () => {
  told = await story.tell('told', all);
  alone = await story.tell('without-duloxetine', changed(all, 'record/bundle.json', without('duloxetine')));
  const oprm1 = 'chr6\t154039662\trs1799971\tA\tG\t.\tPASS\t.\tGT\t1/1';
  const genome = (text: string) => {
    const lines = text.trimEnd().split('\n');
    const at = lines.findIndex((line) => !line.startsWith('#'));
    const contig = '##contig=<ID=chr6,length=170805979,assembly=GRCh38>';
    return `${[lines[0], contig, ...lines.slice(1, at), oprm1, ...lines.slice(at)].join('\n')}\n`;
  };
  withLow = await story.tell('with-oprm1', changed(all, 'genome/genome.vcf', genome));
}, 240_000);
afterAll(() => story.end());

const ofSite = ({ findings }: Told, measure: string, site: string) =>
  findings.filter((one) => one.measure.code === measure && one.site?.code === site);

const ofMeasure = ({ findings }: Told, measure: string) => findings.filter((one) => one.measure.code === measure);

describe('story A', () => {
  it('finds a set before, one phenotype after duloxetine, 40 MME and a painDETECT that is unclear', () => {
    expect(JSON.stringify(ofSite(told, 'activity-score', 'CYP2D6'))).toMatch(/0\.5.*1.*1\.5/);
    const adjusted = JSON.stringify(ofSite(told, 'metabolizer-phenotype-adjusted', 'CYP2D6'));
    expect(adjusted).toContain('intermediate-metabolizer');
    expect(adjusted).not.toContain('normal-metabolizer');
    const mme = told.findings.find((one) => one.measure.code === 'morphine-milligram-equivalents');
    expect(mme).toMatchObject({ value: 40 });
    expect(told.findings.find((one) => one.measure.code === 'paindetect.total')).toMatchObject({ value: 13 });
  });

  it('asks for a conversation today, whatever the total of 7', () => {
    expect(told.findings.find((one) => one.measure.code === 'phq-9.total')).toMatchObject({ value: 7 });
    expect(checkOf(told, 'suicidality')).toMatchObject({ state: 'positive', urgency: 'now' });
    expect(told.checks[0]!.check).toBe('suicidality');
    expect(told.report.indexOf('Thoughts of self-harm')).toBeLessThan(told.report.indexOf('PHQ-9 total'));
  });

  it('reviews opioid with benzodiazepine, naloxone, taper; tramadol with duloxetine; tramadol Optional', () => {
    expect(lineOf(told, 'opioid-with-benzodiazepine')).toMatchObject({ urgency: 'now' });
    expect(lineOf(told, 'opioid-with-benzodiazepine').action).toContain('naloxone');
    const against = lineOf(told, 'opioid-with-benzodiazepine').against.map(({ statement }) => statement);
    expect(against.join(' ')).toMatch(/Clonazepam is never ended at once.*Tramadol is never ended at once/s);
    expect(lineOf(told, 'tramadol-serotonergic').action).toMatch(/serotonin.*seizure/);
    expect(lineOf(told, 'opioid-prodrug-cyp2d6', 'tramadol').strength).toEqual({ grade: 'Optional', body: 'CPIC' });
  });

  it('sets exercise, CBT, ACT and MBSR side by side as equals', () => {
    const target = lineOf(told, 'catastrophising-target');
    expect(target.alternatives!.every(({ equal }) => equal)).toBe(true);
    expect(target.alternatives!.map(({ statement }) => statement)).toEqual([
      'CBT.',
      'ACT.',
      'Mindfulness-based stress reduction.',
    ]);
    expect(
      lineOf(told, 'chronic-low-back-pain')
        .against.map(({ statement }) => statement)
        .join(' '),
    ).toContain('Nobody knows yet who responds');
  });

  it('proposes a trial of an item that can be withheld, after the open question', () => {
    expect(lineOf(told, 'withdrawable-item-trial').action).toContain('First the open question of self-harm');
  });

  it('twin without duloxetine: the set reopens and sedation is named', () => {
    expect(JSON.stringify(ofSite(alone, 'metabolizer-phenotype', 'CYP2D6'))).toContain('normal-metabolizer');
    const line = lineOf(alone, 'opioid-prodrug-cyp2d6', 'tramadol');
    expect(line.action).toMatch(/could be/);
    expect(line.action).toMatch(/sedation/);
    expect(rulesOf(alone)).not.toContain('tramadol-serotonergic');
  });

  it('never: one activity score, a line changed by OPRM1, an order to stop, a neuropathic diagnosis', () => {
    const scores = ofSite(told, 'activity-score', 'CYP2D6');
    for (const one of scores) expect(typeof one.value).not.toBe('number');
    const actions = ({ lines }: Told) => lines.map(({ action, strength }) => [action, strength]);
    expect(actions(withLow)).toEqual(actions(told));
    expect(JSON.stringify(ofMeasure(withLow, 'pgx-evidence-only'))).toContain('OPRM1');
    expect(withLow.said).not.toMatch(/OPRM1/);
    for (const one of [told, alone]) {
      expect(one.said).not.toMatch(/stop duloxetine|low risk/i);
      for (const { action } of one.lines) expect(action).not.toMatch(/(^|[.:;] )(stop|discontinue|withdraw|avoid)\b/i);
      expect(rulesOf(one)).not.toContain('neuropathic-first-line');
    }
    expect(lineOf(told, 'neuropathic-examination').verb).toBe('ask');
  });

  it('why walks each line back to files, and cards carry the same lines', async () => {
    const data = ['--data', join(told.out, 'data')];
    const walked = await idiograph('why', lineOf(told, 'opioid-with-benzodiazepine').id, ...data);
    expect(walked.code).toBe(0);
    expect(walked.stdout).toMatch(/record\/bundle\.json/);
    const store = await openStore({ engine: 'sqlite', directory: join(told.out, 'data') }, { readOnly: true });
    try {
      const reader = store.reading({ purpose: 'quality', actor: 'test' });
      for (const { id, rule } of told.lines)
        expect(JSON.stringify((await why(reader, id)).restsOn), rule.id).toMatch(/"sha256":"[0-9a-f]{64}"/);
    } finally {
      await store.close();
    }
    const { stdout, code } = await idiograph('plan', '--cards', '--as-of', exampleDay, ...data);
    expect(code).toBe(0);
    const { cards } = JSON.parse(stdout) as { cards: { indicator: string; summary: string }[] };
    expect(cards.length).toBeGreaterThan(told.lines.length);
    expect(cards[0]).toMatchObject({ indicator: 'critical' });
  }, 60_000);

  it('says on the report that nobody stands behind it, and prints alternatives and certainty', () => {
    expect(told.report).toContain('SYNTHETIC');
    expect(told.report).toContain('Ways of equal standing');
    expect(told.report).toContain('Certainty:');
    expect(told.report).toContain('LAPSED SINCE 2022');
  });
});

const shared = sharedData('genomics/tests/getrm/NA18861.preprocessed.vcf');
describe.skipIf(shared === undefined)('with the genome of NA18861 (skipped without shared data)', () => {
  it('holds the truth *5/*29 in its set of scores: never one score', async () => {
    const sample = readFileSync(shared!, 'utf8');
    const others = all.filter(({ path }) => path !== 'genome/genome.vcf');
    const one = await story.tell('na18861', [...others, { path: 'genome/NA18861.vcf', bytes: Buffer.from(sample) }]);
    const scores = JSON.stringify(ofSite(one, 'activity-score', 'CYP2D6'));
    // *5 is a deletion: 0; *29 is 0.5.
    expect(scores).toMatch(/0\.5/);
    expect(JSON.stringify(ofSite(one, 'diplotype', 'CYP2D6'))).toContain('*29/*29');
    expect(checkOf(one, 'suicidality')).toMatchObject({ urgency: 'now' });
  }, 120_000);
});
