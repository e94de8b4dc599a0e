import type { Issue } from '../dossier/issue.ts';
import type { SafetyCheck } from '../dossier/recommendation.ts';
import type { Source } from '../dossier/source.ts';
import { andList, valueForReader } from '../dossier/words.ts';
import type { Plan } from '../plan/buildPlan.ts';
import type { KeyFinding } from './keyFindings.ts';
import type { FindingView } from './model.ts';

/** How many urgent or open questions the first sentence names. */
const openNamed = 4;

/** How many absent things the third sentence names. */
export const absentNamed = 4;

/** One sentence of the impression with the ids that carry it. */
export interface Sentence {
  text: string;
  of: string[];
}

/**
 * Three sentences that can be read alone: what must be acted on, what was found, what is not known.
 * They repeat what stands below and add nothing; there is no diagnosis in them.
 */
export function impression(
  plan: Plan,
  key: readonly (FindingView | KeyFinding)[],
  missing: readonly Issue[],
  unread: readonly Source[] = [],
): Sentence[] {
  const safety = safetySentence(plan);
  if (unread.length > 0) {
    safety.text = `${unreadWords(unread)} ${safety.text.replace('Nothing must be acted on at once, but', 'As far as the rest goes,')}`;
  }
  return [safety, findingSentence(key), openSentence(plan, missing)];
}

/** What is said first as long as answers, medicines or allergies lie in files that no analysis has read. */
export function unreadWords(unread: readonly Source[]): string {
  const names = andList(unread.slice(0, absentNamed).map(({ path }) => path));
  const more = unread.length > absentNamed ? ` and ${unread.length - absentNamed} more` : '';
  return `Not worked up yet: ${names}${more}. What reads as not assessed may be answered there; run the work-up before this page is used.`;
}

function safetySentence(plan: Plan): Sentence {
  const now = plan.safetyChecks.filter((check) => check.urgency === 'now');
  const urgentLines = plan.recommendations.filter((line) => line.urgency === 'now');
  const urgent = new Set(urgentLines.map(({ id }) => id));
  // A positive check on the same thing as a line that is named already is not named again.
  const said = (check: SafetyCheck) =>
    check.state === 'positive' && check.urgency === 'open' && (check.lines ?? []).some((id) => urgent.has(id));
  const open = plan.safetyChecks.filter(
    (check) => (check.urgency === 'open' || check.urgency === 'historic') && !said(check),
  );
  const acted = plan.safetyChecks.filter((check) => check.urgency === 'none' && check.state === 'positive');
  const actedWords =
    acted.length === 0
      ? ''
      : `; positive and acted on, not to be read as safe: ${andList(acted.map((check) => inSentence(check.display)))}`;
  const openWords = andList(firstOf(open.map((check) => `${inSentence(check.display)} (${check.stateLabel})`)));
  if (now.length > 0 || urgentLines.length > 0) {
    const named = new Set(now.flatMap(({ lines = [] }) => lines));
    const what = firstOf([
      ...now.map((check) => inSentence(check.display)),
      ...urgentLines.filter(({ id }) => !named.has(id)).map((line) => line.about),
    ]);
    return {
      text: `To be acted on first: ${andList(what)}${open.length > 0 ? `; still open: ${openWords}` : ''}${actedWords}.`,
      of: [...now, ...urgentLines, ...open, ...acted].map((one) => one.id),
    };
  }
  if (open.length > 0) {
    return {
      text: `Nothing must be acted on at once, but ${openWords} cannot be read as safe${actedWords}.`,
      of: [...open, ...acted].map((check) => check.id),
    };
  }
  if (plan.safetyChecks.length === 0)
    return { text: 'No safety question was asked: nothing here can be read as safe.', of: [] };
  if (acted.length > 0) {
    return {
      text: `Nothing must be acted on at once${actedWords}; only the questions listed were asked.`,
      of: plan.safetyChecks.map((check) => check.id),
    };
  }
  return {
    text: 'No safety question that was asked is positive; only the questions listed were asked.',
    of: plan.safetyChecks.map((check) => check.id),
  };
}

/** A sentence names so many of what stands above it in full, and says how many more there are. */
function firstOf(names: readonly string[]): string[] {
  return names.length <= openNamed + 1
    ? [...names]
    : [...names.slice(0, openNamed), `${names.length - openNamed} more`];
}

/** A display inside a sentence: `Thoughts of self-harm` loses its capital, `QT interval` and `HLA typing` keep theirs. */
function inSentence(display: string): string {
  return display.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());
}

function findingSentence(key: readonly (FindingView | KeyFinding)[]): Sentence {
  if (key.length === 0) return { text: 'No finding could be made from the data given.', of: [] };
  const named = key.slice(0, 4);
  const words = named.map((view) => {
    const { finding, place } = view;
    const range = 'range' in view && view.range ? `${view.range[0]} to ${view.range[1]}` : undefined;
    const said = [range, finding.norm?.band].filter((one) => one !== undefined && one !== '');
    const band = said.length > 0 ? ` (${said.join(', ')})` : '';
    const display = finding.measure.display;
    return `${place ? `${place}: ${display.replace(/^[A-Z](?=[a-z]+( |$))/, (c) => c.toLowerCase())}` : display} ${valueForReader(finding)}${band}`;
  });
  return { text: `Found: ${words.join('; ')}.`, of: named.map(({ finding }) => finding.id) };
}

function openSentence(plan: Plan, missing: readonly Issue[]): Sentence {
  const lines = plan.recommendations.filter((line) => line.urgency !== 'now');
  const proposals =
    lines.length === 0
      ? 'no further plan line follows'
      : `${lines.length} further plan line${lines.length === 1 ? '' : 's'} to weigh: ${andList([...new Set(lines.map((line) => line.about))].slice(0, 5))}`;
  const gaps =
    missing.length === 0
      ? ''
      : `; absent from the dossier: ${andList(missing.slice(0, absentNamed).map((issue) => issue.message.replace(/\.$/, '').replace(/^[A-Z](?=[a-z])/, (c) => c.toLowerCase())))}`;
  return { text: `${proposals.replace(/^./, (c) => c.toUpperCase())}${gaps}.`, of: lines.map((line) => line.id) };
}
