import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { administrationsOf } from '../src/cli/administrations.ts';
import type { Fact } from '../src/dossier/fact.ts';
import { findingFromDraft } from '../src/dossier/finding.ts';
import { dossierOf } from '../src/dossier/testing.ts';
import { toFhirBundle } from '../src/exchange/fhirBundle.ts';
import { type Instrument, type InstrumentFile, loadInstruments } from '../src/forms/instrument.ts';
import { type Response, recogniseInstrument } from '../src/forms/recognise.ts';
import { fhirFormat } from '../src/intake/fhir/format.ts';
import { defaultLimits } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';
import { readTable } from '../src/intake/table/csv.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import { runAll } from '../src/knowledge/testing.ts';
import { analyses } from '../src/psychosocial/analyses.ts';
import { smallestRealChange } from '../src/psychosocial/change.ts';
import { conversionPath, parseConversions } from '../src/psychosocial/conversion.ts';
import { type Scored, scoreResponse } from '../src/psychosocial/score.ts';
import { trendOf } from '../src/psychosocial/series.ts';
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

const scoringExpressions: Conformance = {
  id: 'psychosocial-sdc',
  method: 'scoring expression of a form (SDC calculatedExpression, ordinal values of its options) beside our own score',
  oracle: 'PHQ-9 form of LForms with its own FHIRPath total, on all pairs of items at every answer; bare link ids',
  errorIs: 'points',
  needs: ['clinical/forms'],
  async run() {
    const form = JSON.parse(readFileSync(join(sharedData('clinical/forms')!, 'lforms-phq9.json'), 'utf8')) as Form;
    form.url = 'http://example.org/Questionnaire/phq-9';
    const phq = loadInstruments().find((one) => one.id === 'phq-9')!;
    const cases: Case[] = [];
    for (let first = 0; first < 9; first++) {
      for (let value = 0; value <= 3; value++) {
        const values = phq.items.map((_, index) =>
          index === first ? value : index === (first + 4) % 9 ? 3 - value : 1,
        );
        const response = {
          resourceType: 'QuestionnaireResponse',
          questionnaire: form.url,
          status: 'completed',
          authored: '2026-01-01',
          item: values.map((given, index) => ({
            // The form writes /44250-9, the response 44250-9, and it states codes without numbers.
            linkId: form.item[index]!.linkId.replace('/', ''),
            answer: [
              {
                valueCoding: {
                  system: 'http://loinc.org',
                  code: form.item[index]!.answerOption[given]!.valueCoding.code,
                },
              },
            ],
          })),
        };
        const located = [form, response].map((resource, index) => ({
          path: 'x',
          piece: { layout: 'resource', resources: [{ resource, place: String(index) }], counts: {} },
        }));
        const { drafts } = fhirFormat.assemble(located as Parameters<typeof fhirFormat.assemble>[0]);
        const fact = drafts.flatMap(({ facts }) => facts).find(({ type }) => type === 'response');
        if (fact?.value?.type !== 'response') throw new Error('no response was read');
        const theirs = fact.value.answers.find(({ calculated }) => calculated)?.value;
        const [ours] = scoreResponse(phq, fact.value).scales;
        const differs =
          theirs === undefined || ours?.value === undefined || ours.issues.length > 0
            ? 99
            : Math.abs(theirs - ours.value);
        cases.push({ name: `item ${first + 1} = ${value}`, error: differs, tolerance: 0 });
      }
    }
    return cases;
  },
};

interface Form {
  url?: string;
  item: { linkId: string; answerOption: { valueCoding: { code: string } }[] }[];
}

const roundTrip: Conformance = {
  id: 'psychosocial-round-trip',
  method: 'response -> score -> FHIR Observation -> the same score, read again as a record without its answers',
  oracle: 'the score itself; every instrument whose total has a LOINC number, ten forms each',
  errorIs: 'points',
  needs: [],
  async run() {
    const [scores] = analyses;
    const cases: Case[] = [];
    for (const instrument of loadInstruments()) {
      const coded = instrument.scales.filter(({ codes }) => codes.some(({ system }) => system === 'LOINC'));
      if (coded.length === 0) continue;
      for (let form = 0; form < 10; form++) {
        const item = instrument.items.map(({ number, min, max }) => ({
          linkId: String(number),
          answer: [{ valueInteger: min + ((number * 7 + form * 5) % (max - min + 1)) }],
        }));
        const canonical = `urn:idiograph:questionnaire/${instrument.id}`;
        const response = {
          resourceType: 'QuestionnaireResponse',
          questionnaire: canonical,
          status: 'completed',
          authored: '2026-01-01',
          item,
        };
        const first = await runAll(scores!, dossierOf({ facts: factsFrom(response) }));
        const findings = first.findings.map((draft) =>
          findingFromDraft(draft, { id: 'run-1', subject: 's1', method: 'psychosocial.scores' }),
        );
        const bundle = toFhirBundle({
          subject: {
            kind: 'subject',
            id: 's1',
            type: 'patient',
            label: 'Round trip',
            composite: false,
            synthetic: true,
          },
          identities: [],
          sources: [],
          findings,
          artifacts: [],
          runs: [],
          recommendations: [],
          safetyChecks: [],
          generatedBy: { name: 'conformance', version: '0' },
        });
        const observations = (bundle.entry ?? []).flatMap(({ resource }) =>
          resource?.resourceType === 'Observation' ? [resource] : [],
        );
        for (const scale of coded) {
          const before = first.findings.find(({ measure }) => measure.code === scale.code)!.value;
          const own = observations.filter(({ code }) => code.coding?.some(({ code: one }) => one === scale.code));
          const again = await runAll(scores!, dossierOf({ facts: own.flatMap((one) => factsFrom(one)) }));
          const after = again.findings.find(({ measure }) => measure.code === scale.code)?.value;
          const error =
            before.type === 'quantity' && after?.type === 'quantity' ? Math.abs(before.value - after.value) : 99;
          cases.push({ name: `${scale.code}, form ${form + 1}`, error, tolerance: 0 });
        }
      }
    }
    return cases;
  },
};

/** Facts of one resource as an import reads it. */
function factsFrom(resource: object): Fact[] {
  const piece = { layout: 'resource', resources: [{ resource, place: 'resource' }], counts: {} };
  const { drafts } = fhirFormat.assemble([{ path: 'x.json', piece }] as unknown as Parameters<
    typeof fhirFormat.assemble
  >[0]);
  return drafts
    .flatMap(({ facts }) => facts)
    .map((fact, index) => ({ kind: 'fact' as const, id: `fact-${index}`, subject: 's1', source: 'src-1', ...fact }));
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

const tScores: Conformance = {
  id: 'psychosocial-t-scores',
  method: 'raw score of a PROMIS short form -> T-score and its standard error, by the table in use',
  oracle: 'two independent transcriptions of the HealthMeasures manuals; rows that one of them lacks must be refused',
  errorIs: 'points of T',
  needs: ['clinical/promis'],
  async run() {
    const conversions = parseConversions(conversionPath, loadKnowledge(conversionPath).data);
    const [, ...lines] = readFileSync(sharedData('clinical/promis/promis_raw_to_t.csv')!, 'utf8').trim().split(/\r?\n/);
    return lines.flatMap((line): Case[] => {
      const [table, raw, t, se, transcriptions] = line.split(',');
      const id = `promis-${table!.replaceAll('_', '-')}`;
      const instrument = loadInstruments().find((one) => one.id === id);
      if (!instrument) return [];
      const ours = scoreResponse(instrument, ofTotal(instrument, Number(raw)), conversions).scales[0]!.t!;
      const agreed = transcriptions === '2 agree';
      const away =
        't' in ours
          ? Math.max(Math.abs(ours.t - Number(t)), se ? Math.abs((ours.standardError ?? 0) - Number(se)) : 0)
          : 99;
      return [{ name: `${id} ${raw}`, error: agreed ? away : 't' in ours ? 99 : 0, tolerance: 0 }];
    });
  },
};

/** Answers to a form of five-point items that make a total. */
function ofTotal(instrument: Instrument, total: number): Response {
  const code = { system: 'unstated', code: instrument.id, display: instrument.display };
  let left = total - instrument.items.length;
  const answers = instrument.items.map(({ number }) => {
    const more = Math.min(4, left);
    left -= more;
    return { item: String(number), value: 1 + more };
  });
  return { type: 'response', instrument: code, answers };
}

const trends: Conformance = {
  id: 'psychosocial-trend',
  method: 'Theil-Sen slope a week with its 95 % interval',
  oracle: 'scipy 1.x stats.theilslopes on the same numbers',
  errorIs: 'points a week',
  needs: [],
  async run() {
    return trendOracle.map(({ values, weeks, slope, low, high }): Case => {
      const points = values.map((value, index) => ({ ms: (weeks?.[index] ?? index) * 7 * 86_400_000, value }));
      const { slopePerWeek, interval } = trendOf(points, false)!;
      const error = Math.max(
        Math.abs(slopePerWeek - slope),
        Math.abs((interval?.[0] ?? 99) - low),
        Math.abs((interval?.[1] ?? 99) - high),
      );
      return { name: `${values.length} points${weeks ? ', uneven' : ''}`, error, tolerance: 1e-12 };
    });
  },
};

const trendOracle: { values: number[]; weeks?: number[]; slope: number; low: number; high: number }[] = [
  { values: [5, 5, 4, 3, 4, 3, 5, 7], slope: 0, low: -0.5, high: 1 },
  {
    values: [4, 4, 6, 5, 5, 3, 4, 6, 2, 3, 0, 1, 0, 3, 1],
    slope: -0.3333333333333333,
    low: -0.5,
    high: -0.08333333333333333,
  },
  {
    values: [6, 5, 4, 0, 4, 4, 5, 1, 3, 2, 2, 6, 2, 4, 5, 2, 3, 4, 3, 1, 3, 6, 0, 4, 3, 1, 6, 4, 0, 2],
    slope: -0.05,
    low: -0.14285714285714285,
    high: 0,
  },
  {
    values: [6, 6, 5, 7, 5, 4, 4, 5, 3, 3],
    weeks: [0, 1, 2, 4, 7, 8, 11, 14, 15, 20],
    slope: -0.15789473684210525,
    low: -0.25,
    high: -0.07142857142857142,
  },
];

const exportsOfRedcap: Conformance = {
  id: 'psychosocial-redcap',
  method: 'columns of a REDCap export -> questionnaires',
  oracle: 'five REDCap exports without any questionnaire of ours: none may be found; two forms put into them must be',
  errorIs: 'forms too many or too few',
  needs: ['clinical/redcap'],
  async run() {
    const cases: Case[] = [];
    for (const name of ['clinical-trial-1', 'longitudinal', 'repeating-instruments', 'simple', 'survey']) {
      const path = join(sharedData('clinical/redcap')!, name, 'data.csv');
      const read = await readTable(inputFile(path, 'data.csv'), defaultLimits);
      if ('refused' in read) throw new Error(`${name}: ${read.refused.message}`);
      const { table } = read;
      const found = (given: typeof table) => administrationsOf(given, loadInstruments(), '2026-01-01').length;
      cases.push({ name, error: found(table), tolerance: 0 });
      const added = {
        ...table,
        columns: [...table.columns, 'phq2_timestamp', 'phq2_1', 'phq2_2', 'phq2_complete', 'gad2_1', 'gad2_2'],
        rows: table.rows.map((row, index) =>
          index === 0 ? [...row, '2025-01-01 10:00:00', '1', '2', '2', '0', '3'] : [...row, '', '', '', '0', '', ''],
        ),
      };
      cases.push({ name: `${name}, two forms added`, error: Math.abs(found(added) - 2), tolerance: 0 });
    }
    return cases;
  },
};

export default [forms, scoringExpressions, roundTrip, published, tScores, trends, exportsOfRedcap];
