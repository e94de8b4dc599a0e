import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fact } from '../src/dossier/fact.ts';
import type { FhirPiece } from '../src/intake/fhir/documents.ts';
import { fhirFormat } from '../src/intake/fhir/format.ts';
import { type Draft, defaultLimits } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

/** resources, Observation, MedicationRequest, Condition as counted by others. */
const patients: Record<string, [number, number, number, number]> = {
  'Paris331.json': [294, 96, 21, 4],
  'Vanesa40.json': [350, 200, 2, 6],
  'Lindsey52.json': [717, 155, 21, 5],
  'Aaron697.json': [147, 72, 2, 12],
  'Bailey598.ndjson': [487, 125, 62, 11],
};

function count(name: string, got: number, expected: number): Case {
  return { name, error: Math.abs(got - expected), tolerance: 0, note: `${got}, expected ${expected}` };
}

async function readAll(folder: string, names: string[]): Promise<{ path: string; piece: FhirPiece }[]> {
  const pieces: { path: string; piece: FhirPiece }[] = [];
  for (const name of names) {
    const file = inputFile(join(folder, name), join(folder, name));
    if (!fhirFormat.sniff(file.head, file)) continue;
    const read = await fhirFormat.read(file, defaultLimits);
    if (!('refused' in read)) pieces.push({ path: name, piece: read.piece });
  }
  return pieces;
}

function resources(piece: FhirPiece): number {
  return Object.values(piece.counts).reduce((sum, one) => sum + one, 0);
}

/** Facts that the dossier's own schema would not take. */
function invalidFacts(drafts: Draft[]): number {
  return drafts
    .flatMap((draft) => draft.facts)
    .filter((fact) => !Fact.safeParse({ kind: 'fact', id: 'x', subject: 'x', source: 'x', ...fact }).success).length;
}

const records: Conformance = {
  id: 'fhir-intake-patients',
  method: 'FHIR R4 bundles and NDJSON -> facts',
  oracle: 'counts of five Synthea patients (Bundle and NDJSON)',
  errorIs: 'count',
  needs: ['clinical/fhir-patients'],
  async run() {
    const pieces = await readAll(sharedData('clinical/fhir-patients')!, Object.keys(patients));
    const cases: Case[] = [count('files', pieces.length, 5)];
    const { drafts } = fhirFormat.assemble(pieces);
    cases.push(count('drafts', drafts.length, 5), count('invalid facts', invalidFacts(drafts), 0));
    for (const { path, piece } of pieces) {
      const [all, observations, requests, conditions] = patients[path]!;
      const facts = drafts.find((draft) => draft.files.includes(path))?.facts ?? [];
      const ofType = (type: string) => facts.filter((fact) => fact.type === type).length;
      cases.push(count(`${path} resources`, resources(piece), all));
      cases.push(count(`${path} observations`, ofType('observation'), observations));
      cases.push(count(`${path} medication requests`, ofType('medication'), requests));
      cases.push(count(`${path} conditions`, ofType('diagnosis'), conditions));
      cases.push(count(`${path} values not read`, facts.filter((f) => f.type === 'observation' && !f.value).length, 0));
      const pressures = facts.filter((fact) => fact.code.code === '85354-9' || fact.code.code === '55284-4');
      const whole = pressures.filter(({ value }) => value?.type === 'components' && value.components.length === 2);
      cases.push(count(`${path} blood pressures with both components`, whole.length, pressures.length));
    }
    return cases;
  },
};

const bulk: Conformance = {
  id: 'fhir-intake-bulk',
  method: 'FHIR bulk export, one file a type -> facts',
  oracle: 'counts of a bulk export (20 files, 39 resources, 2 patients)',
  errorIs: 'count',
  needs: ['clinical/fhir-bulk'],
  async run() {
    const folder = sharedData('clinical/fhir-bulk')!;
    const names = readdirSync(folder).filter((name) => name.endsWith('.ndjson'));
    const forward = fhirFormat.assemble(await readAll(folder, names));
    const pieces = await readAll(folder, [...names].reverse());
    const backward = fhirFormat.assemble(pieces);
    const resolved = forward.drafts.filter(
      (draft) => draft.source.path === 'Observation.ndjson' && draft.claim?.birthDate === '1982-10-16',
    );
    const facts = (of: Draft[]) => of.reduce((sum, draft) => sum + draft.facts.length, 0);
    return [
      count('files', pieces.length, 20),
      count(
        'resources',
        pieces.reduce((sum, { piece }) => sum + resources(piece), 0),
        39,
      ),
      count('patients', forward.drafts.filter((draft) => draft.source.path === 'Patient.ndjson').length, 2),
      count('observations that found their patient in another file', resolved.length, 1),
      count('invalid facts', invalidFacts(forward.drafts), 0),
      count('facts in the opposite order of files', facts(backward.drafts), facts(forward.drafts)),
    ];
  },
};

export default [records, bulk];
