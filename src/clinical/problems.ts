import type { Analysis, Dossier } from '../dossier/analysis.ts';
import { type Code, measure } from '../dossier/code.ts';
import type { Fact } from '../dossier/fact.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { dayOf } from '../dossier/words.ts';
import { among } from './inputs.ts';

/** Which code of a problem names it, the best first; SNOMED, other systems and text follow. */
const preferred = ['ICD-10', 'ICD-10-CM', 'ICD-11', 'SNOMED'];

type Standing = 'active' | 'resolved' | 'unclear';

const standings: Partial<Record<Fact['status'], Standing>> = {
  active: 'active',
  completed: 'resolved',
  stopped: 'resolved',
  unknown: 'unclear',
};

function problemFacts(dossier: Dossier): Fact[] {
  return dossier.facts.filter(({ type, status }) => type === 'diagnosis' && standings[status] !== undefined);
}

/** Diagnoses and problem lists of all records -> one finding a problem with its state and dates, and the list as such. */
export const problems: Analysis = {
  id: 'clinical.problems',
  version: '1.0.0',
  title: 'Problems and diagnoses',
  makes: ['problem', 'problem-list'],
  takes: [],
  knowledge: [],
  packs: [],
  peakMemoryMb: () => 2,
  method: 'problems.md',
  select(dossier) {
    const facts = problemFacts(dossier);
    if (facts.length > 0) {
      return { selections: [{ title: 'all entries', inputs: { facts: facts.map(({ id }) => id) } }], missing: [] };
    }
    const remedy = 'Ask for diagnoses and past illnesses.';
    return {
      selections: [],
      missing: [
        issue('info', 'no-problem-list', 'No problem list: past and present illnesses are not known.', { remedy }),
      ],
    };
  },
  async run(inputs, _options, { dossier, emit }) {
    const facts = among(problemFacts(dossier), inputs['facts']);
    const byName = Map.groupBy(facts, (fact) => keyOf(nameOf(fact)));
    const drafts = [...byName.values()].map(problemFinding);
    for (const draft of drafts) emit.finding(draft);
    emit.finding(listFinding(facts, drafts));
  },
};

/** The code under which a problem stands. */
function nameOf({ code, codes = [] }: Fact): Code {
  const all = [code, ...codes];
  for (const system of preferred) {
    const found = all.find((one) => one.system === system);
    if (found) return found;
  }
  return code;
}

function keyOf({ system, code, display }: Code): string {
  return system === 'text' ? `text|${display.trim().toLowerCase()}` : `${system}|${code}`;
}

function newestFirst(facts: readonly Fact[]): Fact[] {
  const stated = (fact: Fact) => fact.statedAt ?? fact.period?.end ?? fact.at ?? fact.period?.start ?? '';
  return [...facts].sort((a, b) => (stated(b) < stated(a) ? -1 : stated(b) > stated(a) ? 1 : a.id < b.id ? -1 : 1));
}

function problemFinding(facts: readonly Fact[]): FindingDraft {
  const sorted = newestFirst(facts);
  const standing = standings[sorted[0]!.status]!;
  const name = nameOf(sorted[0]!);
  const site = { system: 'problem', code: keyOf(name).replace('|', ':'), display: name.display };
  const starts = facts.flatMap((fact) => fact.period?.start ?? fact.at ?? []).sort();
  const ends = facts.flatMap((fact) => fact.period?.end ?? []).sort();
  const since = starts[0] ?? facts.flatMap(({ statedAt }) => statedAt ?? []).sort()[0];
  const differing = new Set(facts.map(({ status }) => standings[status]));
  const dates = [
    starts[0] ? `since ${dayOf(starts[0])}` : since ? `on record since ${dayOf(since)}` : 'start not stated',
    ...(standing === 'resolved' && ends.length > 0 ? [`until ${dayOf(ends.at(-1))}`] : []),
  ];
  const issues: Issue[] = dedupe(facts.flatMap((fact) => fact.issues.filter(({ code }) => code === 'not-confirmed')));
  if (differing.has('active') && differing.has('resolved')) {
    issues.push(
      issue(
        'info',
        'problem-restated',
        `${site.display} is stated as active and as resolved; the newest entry counts.`,
        {
          remedy: 'Ask whether it is present.',
        },
      ),
    );
  }
  return {
    measure: measure('problem', 'Problem'),
    codes: [
      ...new Map(facts.flatMap(({ code, codes = [] }) => [code, ...codes]).map((one) => [keyOf(one), one])).values(),
    ],
    site,
    ...(since ? { time: since } : {}),
    value: { type: 'code', code: { system: 'idiograph', code: standing, display: `${standing}, ${dates.join(', ')}` } },
    issues,
    derivedFrom: sorted.map(({ id }) => id),
    evidence: sorted.map(({ id, place, status, code }) => ({ of: id, place, says: `${code.display}, ${status}` })),
  };
}

function listFinding(facts: readonly Fact[], drafts: readonly FindingDraft[]): FindingDraft {
  const count = (which: Standing) =>
    drafts.filter(({ value }) => value.type === 'code' && value.code.code === which).length;
  const [newest] = facts
    .flatMap(({ statedAt, at, period }) => statedAt ?? at ?? period?.start ?? [])
    .sort()
    .reverse();
  const unclear = count('unclear');
  const display = `${count('active')} active, ${count('resolved')} resolved${unclear > 0 ? `, ${unclear} unclear` : ''}`;
  return {
    measure: measure('problem-list', 'Problem list'),
    codes: [{ system: 'LOINC', code: '11450-4', display: 'Problem list' }],
    ...(newest ? { time: newest } : {}),
    value: { type: 'code', code: { system: 'idiograph', code: 'read', display } },
    issues: [],
    derivedFrom: facts.map(({ id }) => id),
  };
}

function dedupe(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((one) => [one.message, one])).values()];
}
