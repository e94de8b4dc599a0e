import type { Issue } from '../dossier/issue.ts';
import { valueInWords } from '../plan/bindings.ts';
import type { Plan } from '../plan/buildPlan.ts';
import type { FindingView } from './model.ts';

/** One sentence of the impression with the ids that carry it. */
export interface Sentence {
  text: string;
  of: string[];
}

/**
 * Three sentences that can be read alone: what must be acted on, what was found, what is not known.
 * They repeat what stands below and add nothing; there is no diagnosis in them.
 */
export function impression(plan: Plan, key: readonly FindingView[], missing: readonly Issue[]): Sentence[] {
  return [safetySentence(plan), findingSentence(key), openSentence(plan, missing)];
}

function safetySentence(plan: Plan): Sentence {
  const now = plan.safetyChecks.filter((check) => check.state === 'positive' && check.urgency === 'now');
  const urgentLines = plan.recommendations.filter((line) => line.urgency === 'now');
  if (now.length > 0 || urgentLines.length > 0) {
    const what = [...now.map((check) => check.display.toLowerCase()), ...urgentLines.map((line) => line.about)];
    return {
      text: `To be acted on first: ${list(what)}.`,
      of: [...now.map((check) => check.id), ...urgentLines.map((line) => line.id)],
    };
  }
  const open = plan.safetyChecks.filter(
    (check) => check.state === 'not-assessed' || check.state === 'stale' || check.urgency === 'historic',
  );
  if (open.length > 0) {
    return {
      text: `No safety question is positive now, but ${list(open.map((check) => `${check.display.toLowerCase()} (${check.stateLabel})`))} cannot be read as safe.`,
      of: open.map((check) => check.id),
    };
  }
  return {
    text: 'No safety question that was asked is positive; only the questions listed were asked.',
    of: plan.safetyChecks.map((check) => check.id),
  };
}

function findingSentence(key: readonly FindingView[]): Sentence {
  if (key.length === 0) return { text: 'No finding could be made from the data given.', of: [] };
  const named = key.slice(0, 4);
  const words = named.map(({ finding }) => {
    const place = finding.site?.display ?? '';
    const band = finding.norm?.band ? ` (${finding.norm.band})` : '';
    return `${finding.measure.display}${place ? ` ${place}` : ''} ${valueInWords(finding)}${band}`;
  });
  return { text: `Found: ${words.join('; ')}.`, of: named.map(({ finding }) => finding.id) };
}

function openSentence(plan: Plan, missing: readonly Issue[]): Sentence {
  const lines = plan.recommendations.filter((line) => line.urgency !== 'now');
  const proposals =
    lines.length === 0
      ? 'no further plan line follows'
      : `${lines.length} further plan line${lines.length === 1 ? '' : 's'} to weigh: ${list([...new Set(lines.map((line) => line.about))].slice(0, 5))}`;
  const gaps =
    missing.length === 0
      ? ''
      : `; absent from the dossier: ${list(missing.slice(0, 4).map((issue) => issue.message.replace(/\.$/, '').replace(/^./, (c) => c.toLowerCase())))}`;
  return { text: `${proposals.replace(/^./, (c) => c.toUpperCase())}${gaps}.`, of: lines.map((line) => line.id) };
}

function list(words: readonly string[]): string {
  const distinct = [...new Set(words)];
  return distinct.length <= 1 ? (distinct[0] ?? '') : `${distinct.slice(0, -1).join(', ')} and ${distinct.at(-1)}`;
}
