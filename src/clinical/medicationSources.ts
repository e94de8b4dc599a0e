import { measure } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import type { Source } from '../dossier/source.ts';
import { dayOf, quantityForReader } from '../dossier/words.ts';
import type { MedicationLine, Statement } from './medications.ts';

/** What each source says of one medicine, and whether they agree on state and daily dose. */
export function sourcesFinding(line: MedicationLine, sources: readonly Source[]): FindingDraft {
  const { statements, ingredient } = line;
  const words = statements.map((one) => ({ one, says: inWords(one), path: pathOf(one, sources) }));
  const state = statements.length === 1 ? 'single' : agree(statements) ? 'agree' : 'disagree';
  const display = {
    single: `one source: ${words[0]?.says ?? 'none'}`,
    agree: `${statements.length} sources agree: ${words[0]?.says}`,
    disagree: words.map(({ says, path }) => `${path}: ${says}`).join('; '),
  }[state];
  const issues: Issue[] =
    state === 'disagree'
      ? [
          issue(
            'warning',
            'medication-sources-disagree',
            `Sources disagree on ${ingredient}; the newest order or statement counts.`,
            {
              remedy: 'Ask what is taken.',
            },
          ),
        ]
      : [];
  return {
    measure: measure('medication-sources', 'What the sources say'),
    ...(line.codes.length > 0 ? { codes: line.codes } : {}),
    site: { system: 'drug', code: ingredient, display: ingredient },
    ...(line.statedAt ? { time: line.statedAt } : {}),
    value: { type: 'code', code: { system: 'idiograph', code: state, display } },
    issues,
    derivedFrom: line.facts,
    evidence: words.map(({ one, says, path }) => ({ of: one.fact, place: `${path}, ${one.place}`, says })),
  };
}

/** Taken or not, and the same daily dose where both state one. */
function agree(statements: readonly Statement[]): boolean {
  const taken = new Set(statements.map(({ status }) => (status === 'as-needed' ? 'active' : status)));
  const doses = new Set(statements.flatMap(({ daily }) => (daily ? [`${daily.value} ${daily.unit}`] : [])));
  return taken.size === 1 && doses.size <= 1;
}

function inWords({ status, daily, statedAt, byPatient }: Statement): string {
  const dose = daily && status !== 'stopped' ? `, ${quantityForReader(daily.value, daily.unit)}` : '';
  return `${status === 'as-needed' ? 'as needed' : status}${dose}, ${dayOf(statedAt)}${byPatient ? ', stated by the person' : ''}`;
}

function pathOf({ source }: Statement, sources: readonly Source[]): string {
  return sources.find(({ id }) => id === source)?.path ?? 'source';
}
