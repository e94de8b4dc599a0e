import { z } from 'zod';
import type { Analysis } from '../dossier/analysis.ts';
import { type Code, measure } from '../dossier/code.ts';
import { type Fact, FactType } from '../dossier/fact.ts';
import { issue } from '../dossier/issue.ts';
import { KnowledgeHeader, loadKnowledge } from '../knowledge/load.ts';

const Condition = z.object({
  id: z.string().min(1),
  display: z.string().min(1),
  icd10: z.array(z.string()),
  words: z.array(z.string()).min(1),
  types: z.array(FactType).min(1),
  lifelong: z.boolean(),
});
type Condition = z.infer<typeof Condition>;

const ConditionFile = KnowledgeHeader.extend({ conditions: z.array(Condition) });
const conditionsPath = 'clinical/conditions.json';

const icd10 = new Set(['ICD-10', 'ICD-10-CM']);
/** A stated name that takes itself back, or speaks of somebody or something else. */
const takenBack =
  /(?:^|\b)(?:no|not|denies|denied|without|negative for|never|absence of|family history|screening for|risk of|allergy to|planned|refused|non[- ]?)\b/i;

/** Whether one fact states a condition, by ICD-10 prefix or by whole words in its names and its coded or written value. */
export function states(fact: Fact, condition: Condition): boolean {
  if (!condition.types.includes(fact.type)) return false;
  const { value } = fact;
  const codes = [fact.code, ...(fact.codes ?? []), ...(value?.type === 'code' ? [value.code] : [])];
  const plain = codes.filter(({ system }) => icd10.has(system)).map(({ code }) => code.replace('.', '').toUpperCase());
  if (plain.some((code) => condition.icd10.some((prefix) => code.startsWith(prefix)))) return true;
  // A status such as pregnancy is asked for in the name and answered in the value.
  const answersInValue = fact.type === 'pregnancy' || fact.type === 'observation';
  const names = answersInValue
    ? value?.type === 'code'
      ? [value.code.display]
      : value?.type === 'text'
        ? [value.text]
        : []
    : codes.map(({ display }) => display);
  return names.some(
    (name) =>
      !takenBack.test(name) &&
      condition.words.some((word) => new RegExp(`(?<![a-z])${word}(?![a-z])`).test(name.toLowerCase())),
  );
}

/** `active`, `past`, or undefined when the fact says nothing that counts now. */
function standing(fact: Fact, condition: Condition): 'active' | 'past' | undefined {
  if (fact.status === 'entered-in-error' || fact.status === 'planned') return undefined;
  const over = fact.status === 'stopped' || (fact.status === 'completed' && fact.type === 'diagnosis');
  if (!over) return 'active';
  if (fact.isEvent) return undefined;
  return condition.lifelong ? 'past' : undefined;
}

function dateOf(fact: Fact): string | undefined {
  return fact.at ?? fact.period?.start ?? fact.statedAt;
}

/**
 * Problems, implants, procedures and states of the record -> one finding a condition that rules ask about. A condition
 * without an entry has no finding: the record does not mention it, which is not the same as its absence.
 */
export const conditions: Analysis = {
  id: 'clinical.conditions',
  version: '1.0.1',
  title: 'Conditions that change a plan',
  makes: ['condition'],
  takes: [],
  knowledge: [conditionsPath],
  packs: [],
  peakMemoryMb: () => 1,
  method: 'conditions.md',
  select(dossier) {
    const list = ConditionFile.parse(loadKnowledge(conditionsPath).data).conditions;
    const facts = dossier.facts.filter((fact) => list.some((one) => states(fact, one) && standing(fact, one)));
    if (facts.length === 0) return { selections: [], missing: [] };
    return { selections: [{ title: 'from the record', inputs: { facts: facts.map(({ id }) => id) } }], missing: [] };
  },
  async run(inputs, _options, context) {
    const list = ConditionFile.parse(context.knowledge(conditionsPath)).conditions;
    const used = new Set(inputs['facts']);
    const facts = context.dossier.facts.filter(({ id }) => used.has(id));
    for (const condition of list) {
      const own = facts.filter((fact) => states(fact, condition) && standing(fact, condition) !== undefined);
      if (own.length === 0) continue;
      const active = own.some((fact) => standing(fact, condition) === 'active');
      const latest = own
        .map(dateOf)
        .filter((date) => date !== undefined)
        .sort()
        .at(-1);
      const names = [...new Set(own.map((fact) => fact.code.display))].sort();
      const state: Code = {
        system: 'idiograph',
        code: active ? 'active' : 'past',
        display: `${active ? 'on record' : 'on record as past'}: ${names.join('; ')}`,
      };
      const sure = own.some((fact) => !fact.issues.some(({ code }) => code === 'not-confirmed'));
      context.emit.finding({
        measure: measure('condition', 'Condition on record'),
        site: { system: 'condition', code: condition.id, display: condition.display },
        ...(latest ? { time: latest } : {}),
        value: { type: 'code', code: state },
        issues: sure
          ? []
          : [
              issue('warning', 'not-confirmed', `${condition.display} is on record as not confirmed.`, {
                remedy: 'Ask and correct the record.',
              }),
            ],
        derivedFrom: own.map(({ id }) => id),
        evidence: own.map((fact) => ({ of: fact.id, place: fact.place, says: fact.code.display })),
      });
    }
  },
};
