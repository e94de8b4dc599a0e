import type { Analysis } from '../dossier/analysis.ts';
import { type Code, measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import { issue } from '../dossier/issue.ts';

/** SNOMED CT: statements that no allergy (of a kind) is known. */
const noneKnown = new Set(['716186003', '409137002', '428607008', '429625007']);

function saysNone(fact: Fact): boolean {
  const codes = [fact.code, ...(fact.codes ?? [])];
  return codes.some(
    ({ system, code, display }) => (system === 'SNOMED' && noneKnown.has(code)) || /^no known .*allerg/i.test(display),
  );
}

/** Allergy facts -> whether any is recorded. No record is `missing`, never "none". */
export const allergies: Analysis = {
  id: 'clinical.allergies',
  version: '1.0.0',
  title: 'Allergies and intolerances',
  makes: ['allergy-list'],
  takes: [],
  knowledge: [],
  packs: [],
  peakMemoryMb: () => 1,
  method: 'medications.md',
  select(dossier) {
    const facts = dossier.facts.filter((fact) => fact.type === 'allergy' && fact.status !== 'entered-in-error');
    if (facts.length > 0) {
      return { selections: [{ title: 'all entries', inputs: { facts: facts.map((fact) => fact.id) } }], missing: [] };
    }
    return {
      selections: [],
      missing: [
        issue('info', 'no-allergy-record', 'No allergy record: allergies are not assessed.', {
          remedy: 'Ask for allergies and intolerances and record the answer, also when it is none.',
        }),
      ],
    };
  },
  async run(inputs, _options, { dossier, emit }) {
    const used = new Set(inputs['facts']);
    const facts = dossier.facts.filter((fact) => used.has(fact.id));
    const present = facts.filter((fact) => !saysNone(fact) && (fact.status === 'active' || fact.status === 'unknown'));
    const denied = facts.filter((fact) => saysNone(fact) && fact.status !== 'stopped');
    const names = [...new Set(present.map((fact) => fact.code.display))].sort();
    const code: Code =
      present.length > 0
        ? { system: 'idiograph', code: 'present', display: names.join(', ') }
        : denied.length > 0
          ? { system: 'idiograph', code: 'none-known', display: 'none known' }
          : { system: 'idiograph', code: 'resolved', display: 'only past entries' };
    const dates = facts
      .map((fact) => fact.statedAt)
      .filter((date) => date !== undefined)
      .sort();
    const contradicts = present.length > 0 && denied.length > 0;
    emit.finding({
      measure: measure('allergy-list', 'Allergies and intolerances'),
      codes: [{ system: 'LOINC', code: '48765-2', display: 'Allergies and adverse reactions' }],
      ...(dates.length > 0 ? { time: dates.at(-1)! } : {}),
      value: { type: 'code', code },
      issues: contradicts
        ? [
            issue(
              'warning',
              'allergies-contradictory',
              'The record names allergies and also says that none is known.',
              { remedy: 'Ask the person.' },
            ),
          ]
        : [],
      derivedFrom: facts.map((fact) => fact.id),
    });
  },
};
