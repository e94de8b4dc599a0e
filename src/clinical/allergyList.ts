import type { Analysis } from '../dossier/analysis.ts';
import { type Code, measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import { issue } from '../dossier/issue.ts';
import { whereOf } from '../dossier/whereOf.ts';

/** SNOMED CT: no known allergy, no known drug allergy. */
const noneKnown = new Set(['716186003', '409137002']);
/** No known environmental or food allergy: says nothing of drugs. */
const noneOfAnotherKind = new Set(['428607008', '429625007']);

/** Whether an entry of the allergy list states that nothing (of a kind) is known. */
export function saysNone(fact: Fact): boolean {
  const codes = [fact.code, ...(fact.codes ?? [])];
  return codes.some(
    ({ system, code, display }) =>
      (system === 'SNOMED' && noneKnown.has(code)) ||
      /^(?:no known (?:drug |medication |medicine )?allerg|nkda\b|nka\b)/i.test(display),
  );
}

function saysNoneOfAnotherKind(fact: Fact): boolean {
  return [fact.code, ...(fact.codes ?? [])].some(
    ({ system, code, display }) =>
      (system === 'SNOMED' && noneOfAnotherKind.has(code)) || /^no known \w+ allerg/i.test(display),
  );
}

/** Allergy facts -> whether any is recorded. No record is `missing`, never "none". */
export const allergies: Analysis = {
  id: 'clinical.allergies',
  version: '1.0.1',
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
    const named = facts.filter((fact) => !saysNone(fact) && !saysNoneOfAnotherKind(fact));
    const present = named.filter((fact) => fact.status === 'active' || fact.status === 'unknown');
    const denied = facts.filter((fact) => saysNone(fact) && fact.status !== 'stopped');
    const names = [...new Set(present.map((fact) => fact.code.display))].sort();
    const code: Code =
      present.length > 0
        ? { system: 'idiograph', code: 'present', display: names.join(', ') }
        : denied.length > 0
          ? { system: 'idiograph', code: 'none-known', display: 'none known' }
          : {
              system: 'idiograph',
              code: 'resolved',
              display: `past entries only: ${[...new Set(named.map((fact) => fact.code.display))].sort().join(', ')}`,
            };
    const silent = named.length === 0 && denied.length === 0;
    const dates = facts
      .map((fact) => fact.statedAt)
      .filter((date) => date !== undefined)
      .sort();
    const contradicts = present.length > 0 && denied.length > 0;
    emit.finding({
      measure: measure('allergy-list', 'Allergies and intolerances'),
      codes: [{ system: 'LOINC', code: '48765-2', display: 'Allergies and adverse reactions' }],
      ...(dates.length > 0 ? { time: dates.at(-1)! } : {}),
      value: silent ? { type: 'refused', reason: 'drug-allergies-not-stated' } : { type: 'code', code },
      issues: silent
        ? [
            issue(
              'warning',
              'drug-allergies-not-stated',
              'Only allergies of other kinds are denied; drugs are not named.',
              {
                remedy: 'Ask for allergies to drugs.',
              },
            ),
          ]
        : contradicts
          ? [
              issue(
                'warning',
                'allergies-contradictory',
                'The record names allergies and also says that none is known.',
                {
                  place: [present[0]!, denied[0]!].map((fact) => whereOf(fact, dossier.sources)).join('; '),
                  remedy: 'Ask the person.',
                },
              ),
            ]
          : [],
      derivedFrom: facts.map((fact) => fact.id),
    });
  },
};
