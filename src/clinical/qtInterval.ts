import type { Analysis } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import { issue } from '../dossier/issue.ts';

/** LOINC: QT interval corrected. The uncorrected interval (8634-8) is not read. */
const qtc = '8636-3';
/** From here on every guideline and label asks for action, whatever the formula, sex or electrolytes. */
const longMs = 500;
const toMs: Record<string, number> = { ms: 1, msec: 1, s: 1000 };

function milliseconds({ value }: Fact): number | undefined {
  if (value?.type !== 'quantity' || value.comparator) return undefined;
  const ms = value.value * (toMs[value.unit] ?? Number.NaN);
  return ms >= 200 && ms <= 900 ? ms : undefined;
}

function isQtc(fact: Fact): boolean {
  return (
    fact.type === 'observation' &&
    fact.status === 'completed' &&
    [fact.code, ...(fact.codes ?? [])].some(({ system, code }) => system === 'LOINC' && code === qtc) &&
    milliseconds(fact) !== undefined
  );
}

/**
 * QTc of the record. 500 ms or more is stated; a shorter one is refused, because formula, potassium and magnesium are not
 * read with it and without them it clears nobody.
 */
export const qtInterval: Analysis = {
  id: 'clinical.qt-interval',
  version: '1.0.0',
  title: 'QT interval from the record',
  makes: ['qtc-interval'],
  takes: [],
  knowledge: [],
  packs: [],
  peakMemoryMb: () => 1,
  method: 'conditions.md',
  select(dossier) {
    const facts = dossier.facts.filter(isQtc).map(({ id }) => id);
    return { selections: facts.map((id) => ({ title: 'QTc', inputs: { fact: [id] } })), missing: [] };
  },
  async run(inputs, _options, { dossier, emit }) {
    const fact = dossier.facts.find(({ id }) => id === inputs['fact']?.[0])!;
    const ms = milliseconds(fact)!;
    const long = ms >= longMs;
    emit.finding({
      measure: measure('qtc-interval', 'QT interval, corrected'),
      codes: [{ system: 'LOINC', code: qtc, display: 'QT interval corrected' }],
      ...(fact.at ? { time: fact.at } : {}),
      value: long ? { type: 'quantity', value: ms, unit: 'ms' } : { type: 'refused', reason: 'qt-context-missing' },
      issues: long
        ? fact.issues
        : [
            ...fact.issues,
            issue('warning', 'qt-context-missing', `QTc ${ms} ms is on record; alone it clears nobody.`, {
              remedy: 'Look at formula, heart rate, potassium and magnesium with it.',
            }),
          ],
      derivedFrom: [fact.id],
      evidence: [{ of: fact.id, place: fact.place, says: `${ms} ms` }],
    });
  },
};
