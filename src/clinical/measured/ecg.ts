import type { Analysis, Dossier } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import { daysBetween } from '../../dossier/dateTime.ts';
import type { Fact } from '../../dossier/fact.ts';
import type { Finding, FindingDraft } from '../../dossier/finding.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { andList, quantityForReader } from '../../dossier/words.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { among } from '../inputs.ts';
import { interactionsPath, parseInteractions } from '../interactions.ts';
import { medicationFacts } from '../medicationList.ts';
import { reconcileMedications } from '../medications.ts';
import { ageOn, personFacts, sexOf } from '../person.ts';
import { type AnalyteIndex, analytesPath, indexAnalytes, loadAnalytes } from './analytes.ts';
import { dedupe, restsOn } from './courses.ts';
import { type QtFormula, qtFormulas } from './qtFormulas.ts';
import { type Reading, readingsOf, timeOf } from './readings.ts';

/** From here on every guideline and label asks for action, whatever the formula, sex or electrolytes. */
const longMs = 500;
/** Upper limits of AHA/ACCF/HRS 2009 (J Am Coll Cardiol 53:982). */
const upperMs = { female: 460, male: 450 };
/** Potassium and magnesium count when taken this close to the ECG. Own rule. */
const electrolyteDays = 7;
const ecgValues = new Set(['qt-interval', 'qtc-reported', 'rr-interval', 'heart-rate']);

/**
 * QT, rate and QTc of the record -> QTc by four named formulas, the record's own QTc with its source, and one QTc for
 * rules: 500 ms or more is stated whatever is missing; less is stated only beside formula, sex, age, potassium and
 * magnesium, because without them it clears nobody.
 */
export const qtInterval: Analysis = {
  id: 'clinical.qt-interval',
  version: '2.0.0',
  title: 'QT interval',
  makes: ['qt-interval', 'qtc-reported', 'qtc-interval', ...Object.keys(qtFormulas)],
  takes: ['lab'],
  knowledge: [analytesPath],
  packs: [],
  peakMemoryMb: () => 2,
  method: 'qt-interval.md',
  select(dossier) {
    const facts = ecgReadings(dossier.facts, loadAnalytes());
    if (!facts.some(({ analyte }) => analyte.id !== 'heart-rate' && analyte.id !== 'rr-interval')) {
      return { selections: [], missing: unread(dossier) };
    }
    const inputs = {
      facts: [...new Set(facts.map(({ fact }) => fact.id))],
      person: personFacts(dossier.facts).map(({ id }) => id),
      electrolytes: dossier.findings
        .filter(
          ({ measure: { code }, site }) => code === 'lab' && (site?.code === 'potassium' || site?.code === 'magnesium'),
        )
        .map(({ id }) => id),
    };
    return { selections: [{ title: 'from ECG values', inputs }], missing: [] };
  },
  async run(inputs, _options, { dossier, knowledge, emit }) {
    const index = indexAnalytes(knowledge(analytesPath));
    const readings = ecgReadings(among(dossier.facts, inputs['facts']), index);
    const context: Context = {
      person: among(dossier.facts, inputs['person']),
      electrolytes: among(dossier.findings, inputs['electrolytes']),
    };
    const byTime = [...Map.groupBy(readings, (one) => timeOf(one) ?? '')].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [time, own] of byTime) for (const draft of ofOneTime(time, own, context)) emit.finding(draft);
  },
};

/** No ECG is said beside a medicine whose label warns of QT, not of everybody. */
function unread(dossier: Dossier): Issue[] {
  const { groups } = parseInteractions(loadKnowledge(interactionsPath).data);
  const drugs = new Set(groups['qt']!.drugs);
  const { lines } = reconcileMedications(medicationFacts(dossier));
  const listed = lines.filter(({ ingredient, status }) => drugs.has(ingredient) && status !== 'stopped');
  if (listed.length === 0) return [];
  const message = `No QT interval beside ${andList(listed.map(({ ingredient }) => ingredient))}: not assessed.`;
  return [issue('info', 'no-ecg', message, { remedy: 'Add an ECG with formula and rate, potassium and magnesium.' })];
}

interface Context {
  person: readonly Fact[];
  electrolytes: readonly Finding[];
}

/** A QTc with the name of its formula, where it is known. */
interface Corrected {
  ms: number;
  formula?: string;
  by: readonly Reading[];
}

function ecgReadings(facts: readonly Fact[], index: AnalyteIndex): Reading[] {
  return readingsOf(facts, index).filter(({ analyte, comparable, comparator }) => {
    return ecgValues.has(analyte.id) && comparable !== undefined && comparator === undefined;
  });
}

function ofOneTime(time: string, own: readonly Reading[], context: Context): FindingDraft[] {
  const dated = time === '' ? {} : { time };
  const qt = only(own, 'qt-interval');
  const reported = own.filter(({ analyte }) => analyte.id === 'qtc-reported');
  if (qt === undefined && reported.length === 0) return [];
  const drafts: FindingDraft[] = [];
  const corrected: Corrected[] = [];
  if (qt) {
    drafts.push({
      measure: measure('qt-interval', 'QT interval, as measured'),
      codes: [{ system: 'LOINC', code: '8634-8', display: 'QT interval' }],
      ...dated,
      value: { type: 'quantity', value: qt.comparable!, unit: 'ms' },
      issues: dedupe(qt.issues),
      ...restsOn([qt]),
    });
    const rate = rateOf(own, qt, time);
    if (rate) {
      for (const [code, { name, of }] of Object.entries(qtFormulas) as [QtFormula, (typeof qtFormulas)[QtFormula]][]) {
        const ms = Number(of(qt.comparable!, rate.rr).toPrecision(5));
        corrected.push({ ms, formula: name, by: [qt, rate.reading] });
        drafts.push({
          measure: measure(code, `QTc, ${name}`),
          ...dated,
          value: { type: 'quantity', value: ms, unit: 'ms' },
          issues: rate.issues,
          methodNote: name,
          ...restsOn([qt, rate.reading]),
        });
      }
    }
  }
  if (reported.length > 0) {
    const stated = reported.map((one): Corrected => {
      const formula = formulaOf(one.fact);
      return { ms: one.comparable!, ...(formula ? { formula } : {}), by: [one] };
    });
    drafts.push(reportedFinding(dated, reported, stated));
    corrected.push(...stated);
  }
  if (corrected.length > 0) drafts.push(forRules(time, corrected, context));
  return drafts;
}

function only(own: readonly Reading[], id: string): Reading | undefined {
  const found = own.filter(({ analyte }) => analyte.id === id);
  return new Set(found.map(({ comparable }) => comparable)).size === 1 ? found[0] : undefined;
}

/** RR in seconds of the same moment. A pulse of the same day counts where no time of day is stated, and says so. */
function rateOf(
  own: readonly Reading[],
  qt: Reading,
  time: string,
): { rr: number; reading: Reading; issues: Issue[] } | undefined {
  const interval = only(own, 'rr-interval');
  const pulse = only(own, 'heart-rate');
  const reading = interval ?? pulse;
  if (time === '' || reading === undefined) return undefined;
  const rr = interval ? interval.comparable! / 1000 : 60 / pulse!.comparable!;
  const same = reading.fact.id === qt.fact.id || time.includes('T');
  const message = 'The heart rate is of the day of the ECG; whether of the same minute is not stated.';
  return {
    rr,
    reading,
    issues: same ? [] : [issue('warning', 'rate-of-the-day', message, { remedy: 'Look at the ECG.' })],
  };
}

/** LOINC 76635-2 and 76634-5 name Bazett and Fridericia; else the words of the source. */
function formulaOf(fact: Fact): string | undefined {
  const codes = [fact.code, ...(fact.codes ?? [])];
  const words = codes.map(({ code, display }) => `${code} ${display}`).join(' ');
  if (/76635-2|bazett|qtcb\b/i.test(words)) return 'Bazett';
  if (/76634-5|frid[ei]ricia|qtcf\b/i.test(words)) return 'Fridericia';
  if (/framingham/i.test(words)) return 'Framingham';
  return /hodges|qtch\b/i.test(words) ? 'Hodges' : undefined;
}

function reportedFinding(
  dated: { time?: string },
  reported: readonly Reading[],
  stated: readonly Corrected[],
): FindingDraft {
  const distinct = [...new Set(stated.map(({ ms }) => ms))];
  const unstated = stated.some(({ formula }) => formula === undefined);
  const formulas = [...new Set(stated.flatMap(({ formula }) => formula ?? []))].sort();
  return {
    measure: measure('qtc-reported', 'QTc, as the record states it'),
    codes: [{ system: 'LOINC', code: '8636-3', display: 'QT interval corrected' }],
    ...dated,
    value:
      distinct.length === 1
        ? { type: 'quantity', value: distinct[0]!, unit: 'ms' }
        : {
            type: 'set',
            members: distinct.map((value) => ({ value: { type: 'quantity', value, unit: 'ms' } })),
            reason: 'several values at one time',
          },
    issues: [
      ...dedupe(reported.flatMap(({ issues }) => issues)),
      ...(unstated
        ? [
            issue('info', 'qtc-formula-unstated', 'The record does not say by which formula.', {
              remedy: 'Ask the ECG device.',
            }),
          ]
        : []),
    ],
    ...(formulas.length > 0 ? { methodNote: formulas.join(', ') } : {}),
    ...restsOn(reported),
  };
}

function forRules(time: string, corrected: readonly Corrected[], { person, electrolytes }: Context): FindingDraft {
  const longest = corrected.reduce((a, b) => (b.ms > a.ms ? b : a));
  const base = {
    measure: measure('qtc-interval', 'QT interval, corrected'),
    codes: [{ system: 'LOINC', code: '8636-3', display: 'QT interval corrected' }],
    ...(time === '' ? {} : { time }),
  };
  if (longest.ms >= longMs) {
    return {
      ...base,
      value: { type: 'quantity', value: longest.ms, unit: 'ms' },
      issues: differing(corrected),
      ...(longest.formula ? { methodNote: longest.formula } : {}),
      ...restsOn(longest.by),
    };
  }
  // Of several, the one that depends least on the rate.
  const named = corrected.find(({ formula }) => formula === 'Fridericia') ?? corrected.find(({ formula }) => formula);
  const sex = sexOf(person);
  const age = time === '' ? undefined : ageOn(time.slice(0, 10), person);
  const salts = (['potassium', 'magnesium'] as const).map((id) => ({ id, found: closest(id, time, electrolytes) }));
  const lacking = [
    ...(named ? [] : ['formula']),
    ...(sex ? [] : ['sex']),
    ...(age === undefined ? ['age'] : []),
    ...salts.flatMap(({ id, found }) => (found ? [] : [id])),
  ];
  const low = salts.filter(({ found }) => found?.norm?.band === 'low').map(({ id }) => id);
  const rests = restsOn((named ?? longest).by);
  const derivedFrom = [
    ...rests.derivedFrom,
    ...salts.flatMap(({ found }) => found?.id ?? []),
    ...person.map(({ id }) => id),
  ];
  if (lacking.length > 0 || low.length > 0) {
    const why = lacking.length > 0 ? `${lacking.join(', ')} not known with it` : `${low.join(' and ')} low`;
    const message = `QTc ${quantityForReader(longest.ms, 'ms')} is on record; alone it clears nobody: ${why}.`;
    const remedy = 'Look at formula, heart rate, sex, age, potassium and magnesium with it.';
    return {
      ...base,
      value: { type: 'refused', reason: 'qt-context-missing' },
      issues: [issue('warning', 'qt-context-missing', message, { remedy })],
      ...rests,
      derivedFrom,
    };
  }
  const ms = named!.ms;
  const limit = upperMs[sex!];
  const long =
    age! >= 18 && ms >= limit
      ? [
          issue(
            'warning',
            'qtc-prolonged',
            `QTc ${quantityForReader(ms, 'ms')} is at or above ${limit} ms (${sex}, AHA/ACCF/HRS 2009).`,
            {
              remedy: 'Review what prolongs it.',
            },
          ),
        ]
      : [];
  return {
    ...base,
    value: { type: 'quantity', value: ms, unit: 'ms' },
    issues: [...long, ...differing(corrected)],
    methodNote: named!.formula!,
    ...rests,
    derivedFrom,
  };
}

/** Formulas that fall on both sides of 500 ms are told apart. */
function differing(corrected: readonly Corrected[]): Issue[] {
  const sides = new Set(corrected.map(({ ms }) => ms >= longMs));
  if (sides.size < 2) return [];
  const all = corrected
    .map(({ ms, formula }) => `${formula ?? 'formula not stated'} ${quantityForReader(ms, 'ms')}`)
    .join(', ');
  return [issue('warning', 'qtc-formulas-differ', `Formulas differ: ${all}.`, { remedy: 'Read the ECG by hand.' })];
}

function closest(id: string, time: string, electrolytes: readonly Finding[]): Finding | undefined {
  if (time === '') return undefined;
  const distance = (one: Finding) => Math.abs(daysBetween(one.time!, time));
  return electrolytes
    .filter(({ site, value, time: at }) => site?.code === id && value.type === 'quantity' && at !== undefined)
    .filter((one) => distance(one) <= electrolyteDays)
    .sort((a, b) => distance(a) - distance(b) || (a.id < b.id ? -1 : 1))[0];
}
