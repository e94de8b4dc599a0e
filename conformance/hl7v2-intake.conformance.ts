import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fact } from '../src/dossier/fact.ts';
import { type Draft, defaultLimits } from '../src/intake/format.ts';
import { hl7v2Format } from '../src/intake/hl7v2/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

type FactDraft = Draft['facts'][number];

interface Observation {
  code?: { coding?: { code?: string }[] };
  valueQuantity?: { value?: number };
  valueString?: string;
  valueCodeableConcept?: { coding?: { code?: string }[] };
  effectiveDateTime?: string;
}

/** Only values, codes and instants are compared: the expected bundles are one converter's choice in all else. */
function sameObservation(ours: FactDraft, theirs: Observation): boolean {
  const codes = [ours.code, ...(ours.codes ?? [])].map((code) => code.code);
  if (!theirs.code?.coding?.some(({ code }) => code !== undefined && codes.includes(code))) return false;
  if (theirs.effectiveDateTime?.includes('T') && ours.at) {
    // The converter reads our whole-second, zoned times; both must be the same instant.
    if (Date.parse(theirs.effectiveDateTime) !== Date.parse(ours.at)) return false;
  }
  const { value } = ours;
  if (theirs.valueQuantity) return value?.type === 'quantity' && value.value === theirs.valueQuantity.value;
  if (theirs.valueString !== undefined) return value?.type === 'text' && value.text === theirs.valueString;
  if (theirs.valueCodeableConcept) {
    const expected = theirs.valueCodeableConcept.coding?.map(({ code }) => code);
    return value?.type === 'code' && expected?.includes(value.code.code) === true;
  }
  return true;
}

const messages: [name: string, observations: number][] = [
  ['LAB-ORU-1', 10],
  ['LAB-ORU-2', 10],
  ['LRI_2.0-NG_CBC_Typ_Message', 28],
  ['MDM-T02-03', 29],
  ['MDM-T02-01', 1],
];

const intake: Conformance = {
  id: 'hl7v2-intake',
  method: 'HL7 v2 results and documents -> observation facts',
  oracle: 'FHIR bundles that Microsoft FHIR-Converter made of the same messages (MIT)',
  errorIs: 'observations',
  needs: ['clinical/hl7v2'],
  async run() {
    const folder = sharedData('clinical/hl7v2')!;
    const cases: Case[] = [];
    for (const [name, observations] of messages) {
      const facts = await observationsOf(join(folder, `${name}.hl7`));
      cases.push({ name: `${name} count`, error: Math.abs(facts.length - observations), tolerance: 0 });
      const bundle = JSON.parse(readFileSync(join(folder, 'expected', `${name}-expected.json`), 'utf8')) as {
        entry: { resource: Observation & { resourceType: string } }[];
      };
      const expected = bundle.entry.map((entry) => entry.resource).filter((one) => one.resourceType === 'Observation');
      const left = [...facts];
      const unmatched = expected.filter((theirs) => {
        const at = left.findIndex((ours) => sameObservation(ours, theirs));
        if (at >= 0) left.splice(at, 1);
        return at < 0;
      });
      cases.push({ name: `${name} values`, error: unmatched.length, tolerance: 0 });
      const invalid = facts.filter(
        (fact) => !Fact.safeParse({ kind: 'fact', id: 'x', subject: 'x', source: 'x', ...fact }).success,
      );
      cases.push({ name: `${name} invalid facts`, error: invalid.length, tolerance: 0 });
    }
    const blood = await observationsOf(join(folder, 'LAB-ORU-1.hl7'));
    for (const [code, value] of [
      ['11273-0', 4.06],
      ['20570-8', 40.1],
      ['11125-2', 221],
    ] as const) {
      const found = blood.find((fact) => fact.code.code === code)?.value;
      cases.push({
        name: `LAB-ORU-1 ${code}`,
        error: found?.type === 'quantity' ? Math.abs(found.value - value) : 1,
        tolerance: 0,
      });
    }
    return cases;
  },
};

async function observationsOf(path: string): Promise<FactDraft[]> {
  const file = inputFile(path, path);
  if (!hl7v2Format.sniff(file.head, file)) return [];
  const read = await hl7v2Format.read(file, defaultLimits);
  if ('refused' in read) return [];
  const { drafts } = hl7v2Format.assemble([{ path, piece: read.piece }]);
  return drafts.flatMap((draft) => draft.facts).filter((fact) => fact.type === 'observation');
}

export default intake;
