import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fhirFormat } from '../src/intake/fhir/format.ts';
import { defaultLimits } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import { smallestRealChange } from '../src/psychosocial/change.ts';
import { type InstrumentFile, loadInstruments } from '../src/psychosocial/instrument.ts';
import { recogniseInstrument } from '../src/psychosocial/recognise.ts';
import { type Scored, scoreResponse } from '../src/psychosocial/score.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

type Expected = InstrumentFile['instrument']['examples'][number]['expect'][string];

async function totalOf(path: string): Promise<number | undefined> {
  const read = await fhirFormat.read(inputFile(path, path), defaultLimits);
  if ('refused' in read) return undefined;
  const [draft] = fhirFormat.assemble([{ path, piece: read.piece }]).drafts;
  const value = draft?.facts[0]?.value;
  if (value?.type !== 'response') return undefined;
  const instrument = recogniseInstrument(value, loadInstruments());
  return instrument && scoreResponse(instrument, value).scales[0]?.value;
}

const forms: Conformance = {
  id: 'psychosocial-forms',
  method: 'questionnaire answers as LOINC codes -> total',
  oracle: 'totals stated with two HL7 example responses (GAD-7, PHQ-9)',
  errorIs: 'points',
  needs: ['clinical/forms'],
  async run() {
    const folder = sharedData('clinical/forms')!;
    const cases: Case[] = [];
    for (const [name, expected] of [
      ['questionnaireresponse-gad7.json', 3],
      ['questionnaireresponse-phq9.json', 3],
    ] as const) {
      const total = await totalOf(join(folder, name));
      cases.push({ name, error: total === undefined ? 99 : Math.abs(total - expected), tolerance: 0 });
    }
    // Every item of the form must be an item of ours: order and count are the form's own.
    const form = JSON.parse(readFileSync(join(folder, 'lforms-phq9.json'), 'utf8')) as {
      item: { code: { code: string }[] }[];
    };
    const phq = loadInstruments().find((one) => one.id === 'phq-9')!;
    const theirs = form.item.slice(0, 9).map((item) => item.code[0]!.code);
    const ours = phq.items.map((item) => item.codes[0]!.code);
    cases.push({ name: 'PHQ-9 item order', error: theirs.join() === ours.join() ? 0 : 1, tolerance: 0 });
    return cases;
  },
};

/** Points away from the expected score; 99 for a wrong band, class or refusal; undefined for a safety item. */
function errorOf(scored: Scored, measure: string, expected: Expected): number | undefined {
  const scale = scored.scales.find((one) => one.scale.code === measure);
  const verdict = scored.verdicts.find((one) => one.verdict.code === measure);
  if (!scale && !verdict) return undefined;
  if ('refused' in expected) return (scale ?? verdict)!.reason === expected.refused ? 0 : 99;
  if ('verdict' in expected) return verdict?.code === expected.verdict ? 0 : 99;
  if (scale?.value === undefined || (expected.band !== undefined && scale.band !== expected.band)) return 99;
  return Math.abs(scale.value - expected.value);
}

const published: Conformance = {
  id: 'psychosocial-published',
  method: 'questionnaire scores, bands, missing rules, smallest real change',
  oracle: 'published boundary facts of each instrument, computed apart from the program and kept in its file',
  errorIs: 'points',
  needs: [],
  async run() {
    const cases: Case[] = [];
    for (const instrument of loadInstruments()) {
      for (const example of instrument.examples) {
        const answers = Object.entries(example.answers).map(([item, value]) => ({ item, value }));
        const code = { system: 'unstated', code: instrument.id, display: instrument.display };
        const scored = scoreResponse(instrument, { type: 'response', instrument: code, answers });
        for (const [measure, expected] of Object.entries(example.expect)) {
          const error = errorOf(scored, measure, expected);
          if (error !== undefined) cases.push({ name: `${measure}: ${example.title}`, error, tolerance: 1e-9 });
        }
      }
    }
    // PHQ-9: SD 5.5, retest .84 -> 6.1; GAD-7: SD 4.5, alpha .92 -> 3.5.
    for (const [id, limit] of [
      ['phq-9', 6.1],
      ['gad-7', 3.5],
    ] as const) {
      const scale = loadInstruments().find((one) => one.id === id)!.scales[0]!;
      const error = Math.abs(smallestRealChange(scale)!.value - limit);
      cases.push({ name: `${id} smallest real change`, error, tolerance: 0.05 });
    }
    return cases;
  },
};

export default [forms, published];
