import type { Analysis } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import { among } from './inputs.ts';

type Status = 'pregnant' | 'not-pregnant' | 'possible';

/** SNOMED CT and LOINC answers of pregnancy status. */
const answers: Record<string, Status> = {
  '77386006': 'pregnant',
  '60001007': 'not-pregnant',
  '102874004': 'possible',
  'LA15173-0': 'pregnant',
  'LA26683-5': 'not-pregnant',
};
const words: Record<Status, string> = {
  pregnant: 'pregnant',
  'not-pregnant': 'not pregnant',
  possible: 'possibly pregnant',
};

function statusOf({ value }: Fact): Status | undefined {
  if (value?.type === 'code' && answers[value.code.code]) return answers[value.code.code];
  const text = value?.type === 'code' ? value.code.display : value?.type === 'text' ? value.text : '';
  if (/^(?:no|not pregnant|negative)$/i.test(text.trim())) return 'not-pregnant';
  if (/^(?:yes|pregnant|positive)$/i.test(text.trim())) return 'pregnant';
  return /possib/i.test(text) ? 'possible' : undefined;
}

/** Stated pregnancy status, one finding a date. No statement has no finding, which is "not asked". */
export const pregnancyStatus: Analysis = {
  id: 'clinical.pregnancy-status',
  version: '1.0.0',
  title: 'Pregnancy status',
  makes: ['pregnancy-status'],
  takes: [],
  knowledge: [],
  packs: [],
  peakMemoryMb: () => 1,
  method: 'problems.md',
  select(dossier) {
    const facts = dossier.facts.filter(
      (fact) => fact.type === 'pregnancy' && fact.status !== 'entered-in-error' && statusOf(fact),
    );
    if (facts.length === 0) return { selections: [], missing: [] };
    return { selections: [{ title: 'from the record', inputs: { facts: facts.map(({ id }) => id) } }], missing: [] };
  },
  async run(inputs, _options, { dossier, emit }) {
    const facts = among(dossier.facts, inputs['facts']);
    for (const [time, own] of Map.groupBy(facts, ({ at, statedAt }) => at ?? statedAt ?? '')) {
      const found = new Set(own.map(statusOf));
      // Of two answers of one date the one that asks for care counts.
      const status = (['pregnant', 'possible', 'not-pregnant'] as const).find((one) => found.has(one))!;
      emit.finding({
        measure: measure('pregnancy-status', 'Pregnancy status'),
        codes: [{ system: 'LOINC', code: '82810-3', display: 'Pregnancy status' }],
        ...(time === '' ? {} : { time }),
        value: { type: 'code', code: { system: 'idiograph', code: status, display: words[status] } },
        issues: [],
        derivedFrom: own.map(({ id }) => id),
        evidence: own.map(({ id, place, code }) => ({ of: id, place, says: code.display })),
      });
    }
  },
};
