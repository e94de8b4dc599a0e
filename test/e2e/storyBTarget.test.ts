/**
 * Story B with its scan: a simulated resting run with a known target, and the twins that get none of their own. Synthetic,
 * labelled so.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExampleFile, type ExamplePatient, exampleDay, textFile } from '../../examples/patient.ts';
import { writeAnswersTable } from '../../examples/write/answersTable.ts';
import { bundleFile, condition, fhirRecord, type Resource } from '../../examples/write/fhir.ts';
import { distance, type Point } from '../../src/brain/target/locate.ts';
import { restFiles } from '../../src/brain/target/testFiles.ts';
import type { SimulatedRest } from '../../src/brain/target/testRest.ts';
import { declaration, openStory, rulesOf, type Told } from './story.ts';

const story = openStory('b-target');
const truth: Point = [-42, 36, 36];
const rest: SimulatedRest = { minutes: 28, targetMni: truth, seed: 11, voxelMm: 5, repetitionTimeS: 3, amplitude: 0.5 };
const patient: ExamplePatient = {
  ...{ id: 'SYN-MOOD-0007', dicomName: 'SYNTHETIC^MOOD', sex: 'female', birthDate: '1984-03-02' },
  ...{ ageYears: 42, weightKg: 68, heightM: 1.7 },
};
const noToAll = new Array<number>(13).fill(0);

async function files(
  change: Partial<Parameters<typeof restFiles>[0]>,
  { answers, record = [] }: { answers?: number[]; record?: Resource[] } = {},
): Promise<ExampleFile[]> {
  const { bold, confounds } = await restFiles({ ...rest, ...change });
  return [
    declaration(patient.id, 'SYNTHETIC MOOD', 'Where to stimulate?'),
    bundleFile('record/bundle.json', `${exampleDay}T08:00:00Z`, fhirRecord(patient, record)),
    { path: `func/${bold.name}`, bytes: bold.bytes },
    textFile(`func/${confounds.name}`, confounds.text),
    ...(answers
      ? [
          writeAnswersTable('questionnaires/safety.csv', [
            { instrument: 'stimulation-safety', date: exampleDay, values: answers },
          ]),
        ]
      : []),
  ];
}

const findingOf = (told: Told, measure: string) => told.findings.find((one) => one.measure.code === measure);
const codeOf = (told: Told, measure: string) => (findingOf(told, measure)?.value as { code: string } | undefined)?.code;
const numberOf = (told: Told, measure: string): number | undefined =>
  findingOf(told, measure)?.value as number | undefined;
const placeOf = (told: Told): Point | undefined =>
  (findingOf(told, 'stimulation-target-position')?.value as { xyzMm: Point } | undefined)?.xyzMm;
const artifactsOf = ({ out }: Told): string[] =>
  readdirSync(join(out, 'artifacts'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    /stimulation-target/.test(name),
  );

describe('story B with its scan', () => {
  const told: Record<string, Told> = {};
  beforeAll(async () => {
    told['asked'] = await story.tell('asked', await files({}, { answers: noToAll }));
    told['silent'] = await story.tell('silent', await files({ mirrored: true }));
    const implant = condition('Z96.21', 'Cochlear implant status', '2020-01-01');
    const mania = condition('F30.2', 'Manic episode', '2018-01-01');
    // Of 8 minutes as well, and of much motion: what decides about the place and about the export are two questions.
    told['implant'] = await story.tell('implant', await files({ minutes: 8 }, { answers: noToAll, record: [implant] }));
    told['mania'] = await story.tell('mania', await files({ motion: 0.5 }, { answers: noToAll, record: [mania] }));
    told['task'] = await story.tell('task', await files({ minutes: 8, task: 'oneback' }));
    told['sides'] = await story.tell('sides', await files({ minutes: 8, contradicting: true }));
  }, 400_000);
  afterAll(() => story.end());

  it('finds the target with a radius that holds the truth, and exports it when every item was asked', () => {
    expect(codeOf(told['asked']!, 'stimulation-target')).toBe('individual');
    const radius = numberOf(told['asked']!, 'stimulation-target-radius')!;
    expect(distance(placeOf(told['asked']!)!, truth)).toBeLessThanOrEqual(radius);
    expect(numberOf(told['asked']!, 'stimulation-target-global-signal-distance')!).toBeLessThan(10);
    expect(codeOf(told['asked']!, 'stimulation-export')).toBe('allowed');
    const [csv] = artifactsOf(told['asked']!).filter((name) => name.endsWith('.csv'));
    expect(readFileSync(join(told['asked']!.out, 'artifacts', csv!), 'utf8')).toMatch(/,left,-/);
  });

  it('twin stored from right to left: the same place; with nothing asked: no export', () => {
    const [one, other] = ['asked', 'silent'].map((twin) => placeOf(told[twin]!));
    expect(distance(one!, other!)).toBeLessThan(0.02);
    expect(codeOf(told['silent']!, 'stimulation-export')).toBe('blocked');
    expect(artifactsOf(told['silent']!).filter((name) => !name.endsWith('.png'))).toEqual([]);
  });

  it('twins of 8 minutes and of much motion: the target of the group, with the reason on the plan line', () => {
    for (const twin of ['implant', 'mania']) {
      expect(codeOf(told[twin]!, 'stimulation-target')).toBe('group-fallback');
      expect(placeOf(told[twin]!)).toEqual([-38, 44, 26]);
      expect(numberOf(told[twin]!, 'stimulation-target-radius')).toBeUndefined();
      expect(rulesOf(told[twin]!)).toContain('stimulation-target-state');
      expect(told[twin]!.said).toMatch(/minutes of rest are usable/);
    }
  });

  it('twins with an implant and with past mania: blocked though the form says no to all', () => {
    for (const [twin, says] of [
      ['implant', /cochlear implant/],
      ['mania', /Psychiatric review first/],
    ] as const) {
      expect(codeOf(told[twin]!, 'stimulation-export')).toBe('blocked');
      expect(told[twin]!.report).toMatch(says);
      expect(artifactsOf(told[twin]!).filter((name) => !name.endsWith('.png'))).toEqual([]);
    }
  });

  it('never: a task run taken for rest, a target where sides are in doubt, a diagnosis from the scan', () => {
    expect(codeOf(told['task']!, 'stimulation-target')).toBeUndefined();
    expect(told['task']!.report).toContain('a task run is not taken for rest');
    expect(codeOf(told['sides']!, 'stimulation-target')).toBe('refused');
    expect(placeOf(told['sides']!)).toBeUndefined();
    for (const one of Object.values(told)) {
      expect(one.said).not.toMatch(/diagnosed|biotype/i);
      expect(one.report).toContain('SYNTHETIC');
    }
  });
});
