import type { Analysis } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import { issue } from '../dossier/issue.ts';
import { formPaths, formsIn, formsPath, instrumentsIn, shipped } from './knowledge.ts';
import { answersOf, anyOf, occasionsOf, yes } from './responses.ts';

const forms = ['pain-red-flags', 'headache-red-flags', 'facial-pain-red-flags'];

/**
 * Red flags by group of each form that was filled in: positive with one yes, negative with a no to every question, else
 * not all asked. What is urgent now is the plan's to say (knowledge/plan/safety-checks.json): it asks the items themselves.
 */
export const redFlags: Analysis = {
  id: 'pain.red-flags',
  version: '1.0.0',
  title: 'Red flags of pain',
  makes: ['pain-red-flag'],
  takes: [],
  knowledge: [formsPath, ...formPaths(forms)],
  packs: [],
  peakMemoryMb: () => 1,
  method: 'pain-red-flags.md',
  select(dossier) {
    const occasions = occasionsOf(dossier.facts, instrumentsIn(shipped, forms));
    const selections = occasions.map(({ form, at, facts }) => ({
      title: `${form} of ${at?.slice(0, 10) ?? 'an unknown day'}`,
      inputs: { answers: facts.map(({ id }) => id) },
    }));
    return { selections, missing: [] };
  },
  async run(inputs, _options, context) {
    const read = (path: string) => context.knowledge(path);
    const groups = formsIn(read).redFlags;
    const instruments = instrumentsIn(read, forms);
    const facts = context.dossier.facts.filter(({ id }) => inputs['answers']?.includes(id));
    for (const occasion of occasionsOf(facts, instruments)) {
      const answers = answersOf(occasion, instruments);
      const instrument = instruments.find(({ id }) => id === occasion.form);
      const label = (item: number) => instrument?.items.find(({ number }) => number === item)?.label ?? `item ${item}`;
      for (const { group, display, items } of groups.filter(({ form }) => form === occasion.form)) {
        const state = anyOf(items.map((item) => yes(answers, item)));
        const said = items.flatMap((item) => {
          const given = answers.get(item);
          return given ? [{ item, given }] : [];
        });
        const code = state === true ? 'positive' : 'negative';
        const positive = said.filter(({ given }) => given.value > 0).map(({ item }) => label(item));
        context.emit.finding({
          ...(occasion.at ? { time: occasion.at } : {}),
          measure: measure('pain-red-flag', 'Red flags of pain'),
          site: { system: 'red-flag', code: group, display },
          value:
            state === undefined
              ? { type: 'refused', reason: 'not-all-asked' }
              : {
                  type: 'code',
                  code: {
                    system: 'idiograph',
                    code,
                    display: state ? `positive: ${positive.join('; ')}` : 'no to every question',
                  },
                },
          issues: [
            ...occasion.facts.flatMap(({ issues }) => issues),
            state === undefined
              ? issue('warning', 'not-all-asked', `${display}: not every question has an answer, which is not "no".`, {
                  remedy: 'Ask the rest.',
                })
              : issue(
                  'info',
                  'flag-is-no-diagnosis',
                  state
                    ? 'A red flag is a reason to examine, no diagnosis: most people with one have no serious disease.'
                    : 'A no to every question does not exclude serious disease.',
                ),
          ],
          derivedFrom: occasion.facts.map(({ id }) => id),
          evidence: said.map(({ item, given }) => ({
            of: given.fact,
            place: given.place,
            says: `${label(item)}: ${given.value > 0 ? 'yes' : 'no'}`,
          })),
        });
      }
    }
  },
};
