/**
 * Story C as far as the rooms go: a person with melanoma at week 9 of immunotherapy, one FDG PET without a liver region and
 * without a height, morphine for the pain of the cancer. Criteria of response are not computed here, so none may be said.
 * And of story D what absent data must not bring about. All made by code and labelled so.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedData } from '../../conformance/shared.ts';
import { daysBefore, type ExampleFile, type ExamplePatient } from '../../examples/patient.ts';
import { drawn, torsoGrid, torsoPhantom } from '../../examples/phantoms/torso.ts';
import {
  bodySize,
  bundleFile,
  condition,
  fhirRecord,
  medication,
  medicationListReviewed,
  noKnownAllergy,
  type Resource,
} from '../../examples/write/fhir.ts';
import { writeOru } from '../../examples/write/hl7.ts';
import { petUids, writePetSeries } from '../../examples/write/petSeries.ts';
import { writeRtStruct } from '../../examples/write/rtstruct.ts';
import { idiograph } from './cli.ts';
import { declaration, lineOf, openStory, rulesOf, type Told } from './story.ts';

const story = openStory('c');
const patient: ExamplePatient = {
  id: 'SYN-ONC-0006',
  dicomName: 'SYNTHETIC^RESPONSE',
  sex: 'male',
  birthDate: '1966-02-09',
  ageYears: 60,
  weightKg: 78,
  heightM: 1.76,
};
const scanDay = daysBefore(4);
const morphine = { name: 'morphine', rxnorm: '7052', atc: 'N02AA01' };
const lutetium = { name: 'lutetium Lu 177 vipivotide tetraxetan', rxnorm: '2598385', atc: 'V10XX05' };
/** 120 mg a day: above every limit for other pain. */
const strong = medication(morphine, { since: daysBefore(60), asserted: scanDay, mg: 60, perDay: 2 });

function record(resources: readonly Resource[], question: string): ExampleFile[] {
  const all = fhirRecord(patient, [medicationListReviewed(scanDay), noKnownAllergy(daysBefore(67)), ...resources]);
  return [
    declaration(patient.id, 'SYNTHETIC RESPONSE', question),
    bundleFile('record/bundle.json', `${scanDay}T08:00:00Z`, all),
  ];
}

/** Body weight alone: lean mass needs the height. */
const weight = bodySize(patient, scanDay).filter((one) => !/height|index/i.test(JSON.stringify(one)));
const melanoma = condition('C43.9', 'Malignant melanoma of skin', daysBefore(210));

const pet: ExampleFile[] = [
  ...writePetSeries({
    patient: { ...patient, heightM: 0 },
    folder: 'pet/fdg',
    date: scanDay,
    time: '110000',
    injection: { activityBq: 310e6, halfLifeS: 6586.2, time: '095800' },
    grid: torsoGrid,
    suv: torsoPhantom().suv,
  }),
  writeRtStruct({
    patient,
    path: 'pet/regions.dcm',
    date: scanDay,
    time: '130000',
    grid: torsoGrid,
    drawnOn: petUids(patient, scanDay),
    balls: drawn.filter(({ name }) => !/liver/i.test(name)),
  }),
];

let told: Told;
let other: Told;
let dose: Told;
beforeAll(async () => {
  told = await story.tell('told', [
    ...record([melanoma, ...weight, strong], 'Week 9: how active are the lesions?'),
    ...pet,
  ]);
  other = await story.tell(
    'without-cancer',
    record([condition('M54.5', 'Low back pain', daysBefore(900)), strong], 'Pain?'),
  );
  const counts = writeOru('laboratory/blood.hl7', patient, `${daysBefore(2)}T07:40:00`, 'Blood before cycle 3', [
    { loinc: '777-3', name: 'Platelets', value: 62, unit: '10*3/uL', low: 150, high: 400 },
    { loinc: '2160-0', name: 'Creatinine', value: 1.5, unit: 'mg/dL', low: 0.7, high: 1.2 },
  ]);
  const cycle = medication(lutetium, { since: daysBefore(84), asserted: scanDay, mg: 1, everyWeeks: 6 });
  dose = await story.tell('dose', [
    ...record([condition('C61', 'Malignant neoplasm of prostate', daysBefore(900)), cycle], 'Cycle 3: which activity?'),
    counts,
  ]);
}, 180_000);
afterAll(() => story.end());

const valuesOf = ({ findings }: Told, measure: string) =>
  findings.flatMap((one) => (one.measure.code === measure ? [one.value] : []));
const verdicts = /progressive|partial response|complete response|stable disease|responder|pseudoprogression|iUPD|iCPD/i;

describe('story C, one scan of it', () => {
  it('finds the uptake of each lesion, and no lean uptake without a height', () => {
    expect(valuesOf(told, 'suv-max').length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...valuesOf(told, 'suv-max').map(Number))).toBeCloseTo(9, 1);
    for (const measure of ['sul-max', 'sul-peak', 'sul-mean'])
      expect(
        valuesOf(told, measure).every((value) => typeof value !== 'number'),
        measure,
      ).toBe(true);
  });

  it('PERCIST is not evaluable: no limit of it is given, and the plan says what lacks', () => {
    const percist = told.findings.filter(({ measure }) => measure.code.includes('percist'));
    for (const { value } of percist) expect(typeof value).not.toBe('number');
    const line = lineOf(told, 'pet-change-needs-a-pair');
    expect(line.verb).toBe('repeat');
    expect(line.action).toMatch(/a baseline, not a verdict/);
    expect(line.wouldChange.join(' ')).toMatch(/Body height.*PERCIST/);
    expect(line.wouldChange.join(' ')).toMatch(/liver region.*PERCIST/);
  });

  it('never: a verdict of response, by one scan or by several merged; a change inside repeatability', () => {
    expect(told.said).not.toMatch(verdicts);
    expect(told.report).not.toMatch(verdicts);
    expect(lineOf(told, 'pet-change-needs-a-pair').action).toMatch(/only a value .* is a real change/);
  });

  it('never: opioid limits of other pain for the pain of cancer; the same dose without cancer meets them', () => {
    expect(JSON.stringify(valuesOf(told, 'opioid-dose-limits'))).toMatch(/do-not-apply/);
    expect(rulesOf(told)).not.toContain('opioid-dose');
    for (const { action } of told.lines) expect(action).not.toMatch(/\b(50|90) MME|CDC/);
    expect(JSON.stringify(valuesOf(other, 'opioid-dose-limits'))).not.toMatch(/do-not-apply/);
    expect(rulesOf(other)).toContain('opioid-dose');
  });

  it('why walks the line back to the series', async () => {
    const walked = await idiograph('why', lineOf(told, 'pet-change-needs-a-pair').id, '--data', `${told.out}/data`);
    expect(walked.code).toBe(0);
    expect(walked.stdout).toMatch(/dicom-series attenuation-corrected .*\n.*file \S+ sha256 [0-9a-f]{64}/);
  }, 60_000);
});

describe('story D without images and doses', () => {
  it('never: a line on activity, dose or eligibility from data that are absent, and nothing is called safe', () => {
    for (const { action, rule } of dose.lines) {
      expect(action, rule.id).not.toMatch(/\bGy\b|GBq|activity of|absorbed dose|next cycle|eligible/i);
      expect(action, rule.id).not.toMatch(/\bis safe\b/i);
    }
    expect(dose.said).not.toMatch(/RECIP|effective half-life|\bis safe\b/i);
    expect(dose.findings.filter(({ measure }) => /dose-(kidney|lesion)|absorbed/.test(measure.code))).toEqual([]);
    // Low platelets are among what page one shows first.
    const key = dose.report.slice(dose.report.indexOf('id="key"'), dose.report.indexOf('id="plan"'));
    expect(key).toContain('Platelets');
  });
});

const shared = sharedData('imaging/pet-sts001/fdg-pet-raw.tar.gz');
describe.skipIf(shared === undefined)('with the PET of STS_001 (skipped without shared data)', () => {
  it('gives the published maximum 7.9107, never the uncorrected one', async () => {
    const { readFileSync } = await import('node:fs');
    const one = await story.tell('sts-001', [
      declaration('SYN-STS', 'SYNTHETIC STS', 'How active?'),
      { path: 'pet.tar.gz', bytes: readFileSync(shared!) },
    ]);
    const found = valuesOf(one, 'suv-max').map(Number);
    expect(found.some((value) => Math.abs(value - 7.9107) < 5e-4)).toBe(true);
    expect(JSON.stringify([one.findings, one.lines])).not.toContain('5.9475');
    expect(one.said).not.toMatch(verdicts);
  }, 180_000);
});
