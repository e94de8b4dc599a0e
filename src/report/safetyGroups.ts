import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { dayOf, momentOf } from '../dossier/words.ts';
import { unreadWords } from './impression.ts';
import { type Link, linksOf } from './links.ts';
import type { ReportModel } from './model.ts';

export type SafetyLevel = 'now' | 'open' | 'historic' | 'acted' | 'answered';

export interface SafetyLine {
  id: string;
  check: string;
  state: SafetyCheck['state'];
  /** `Thoughts of self-harm: positive (2026-03-10)`; no day where nothing was asked. */
  title: string;
  statement: string;
  action?: string;
  /** Who gave the answer into a form that is kept nowhere else, and when; not for everybody's eyes. */
  entered?: string;
  /** Who acted on a positive answer, when and how; not for everybody's eyes. */
  acted?: { entry: string; at: string; words: string };
  /** Ids of the further questions of one form that stand in this row, all of them unasked. */
  also?: string[];
  links: Link[];
}

/** A plan line that cannot wait, as it stands in the banner: it is still qualified where its ground is doubtful. */
export interface UrgentLine {
  id: string;
  title: string;
  action: string;
  doubt?: string;
}

export interface SafetyGroup {
  level: SafetyLevel;
  title: string;
  checks: SafetyLine[];
  lines: UrgentLine[];
}

const titles: readonly [SafetyLevel, string][] = [
  ['now', 'Act now'],
  ['open', 'Open: not to be read as safe'],
  ['historic', 'Historic: was positive, no action recorded'],
  ['acted', 'Acted on: was positive, an action is recorded'],
  ['answered', 'Asked and answered'],
];

/** Where a check stands: a positive answer that somebody acted on is no answer like others. */
function levelOf({ urgency, state }: SafetyCheck): SafetyLevel {
  if (urgency !== 'none') return urgency;
  return state === 'positive' ? 'acted' : 'answered';
}

/**
 * Safety checks in five groups that are never merged: what cannot wait (with plan lines that cannot wait), what is open
 * or was not assessed, what was positive and has no recorded action, what was positive and was acted on, and what was
 * asked and answered.
 */
export function safetyGroups(model: ReportModel): SafetyGroup[] {
  const { safetyChecks, recommendations } = model.input.plan;
  const urgent = recommendations.filter((line) => line.urgency === 'now');
  const merged = mergedWith(safetyChecks, urgent);
  const level = (check: SafetyCheck) => (merged.has(check) ? 'now' : levelOf(check));
  const taken = new Set([...merged.values()].flat());
  return titles
    .map(([at, title]) => ({
      level: at,
      title,
      checks: safetyChecks
        .filter((check) => level(check) === at)
        .toSorted((a, b) => placeOf(a) - placeOf(b))
        .map((check) => withUrgent(lineOf(check, model), merged.get(check) ?? [], check, model)),
      lines: at === 'now' ? urgent.filter((line) => !taken.has(line)).map(urgentLine) : [],
    }))
    .filter(({ checks, lines }) => checks.length + lines.length > 0);
}

/** Thoughts of self-harm before all else; what only a line made urgent stands behind what is urgent by itself. */
function placeOf({ check, urgency }: SafetyCheck): number {
  if (check.startsWith('suicidality')) return 0;
  return urgency === 'now' ? 1 : 2;
}

/**
 * A line that cannot wait and a positive check on the same thing are one row of the banner: the line goes to the first
 * check that names it. What is historic or was acted on stays where it is.
 */
function mergedWith(
  checks: readonly SafetyCheck[],
  urgent: readonly Recommendation[],
): Map<SafetyCheck, Recommendation[]> {
  const merged = new Map<SafetyCheck, Recommendation[]>();
  for (const line of urgent) {
    const check = checks.find(
      (one) => ['now', 'open'].includes(levelOf(one)) && one.state === 'positive' && one.lines?.includes(line.id),
    );
    if (check) merged.set(check, [...(merged.get(check) ?? []), line]);
  }
  return merged;
}

/** A check that only pointed to the line gives its place to what the line says; another keeps its own words before them. */
function withUrgent(
  row: SafetyLine,
  lines: readonly Recommendation[],
  { basis }: SafetyCheck,
  model: ReportModel,
): SafetyLine {
  if (lines.length === 0) return row;
  const says = lines.map((line) => [line.action, urgentLine(line).doubt].filter(Boolean).join(' ')).join(' ');
  const onlyPoints = lines.every(({ id }) => basis.includes(id));
  const ids = lines.flatMap((line) => [line.id, ...line.basis]);
  const links = [...row.links, ...linksOf(ids, model)];
  return {
    ...row,
    statement: onlyPoints ? row.statement.replace(/: see the lines?\.$/, '.') : row.statement,
    action: onlyPoints || row.action === undefined ? says : `${row.action} ${says}`,
    links: links.filter(({ id }, at) => links.findIndex((one) => one.id === id) === at),
  };
}

/** What stands below the groups: no banner, however empty, may be read as safe. */
export function safetyRemark(model: ReportModel): string {
  const words =
    model.input.plan.safetyChecks.length === 0
      ? 'No safety question was asked of this dossier: nothing here can be read as safe.'
      : 'Only these questions were asked. Silence about any other is not safety.';
  return model.unread.length === 0 ? words : `${unreadWords(model.unread)} ${words}`;
}

function lineOf(check: SafetyCheck, model: ReportModel): SafetyLine {
  const day = check.state === 'not-assessed' ? '' : ` (${dayOf(check.at)})`;
  return {
    id: check.id,
    check: check.check,
    state: check.state,
    title: `${check.display}: ${check.stateLabel}${day}`,
    statement: check.statement,
    ...(check.action ? { action: check.action } : {}),
    ...(check.entered ? { entered: enteredWords(check.entered) } : {}),
    ...(check.acted ? { acted: { entry: check.acted.entry, at: check.acted.at, words: actedWords(check.acted) } } : {}),
    links: linksOf(check.basis, model),
  };
}

function urgentLine({ id, about, action, issues }: Recommendation): UrgentLine {
  const doubt = issues.find((one) => one.code === 'medication-list-doubtful');
  return {
    id,
    title: about.replace(/^./, (c) => c.toUpperCase()),
    action,
    ...(doubt ? { doubt: doubt.message } : {}),
  };
}

const forms = { open: 'not completed', completed: 'completed since' } as const;

function enteredWords({ by, at, filledBy, form }: NonNullable<SafetyCheck['entered']>): string {
  // The statement says already that a form was thrown away.
  const state = form === 'thrown-away' ? '' : `; the form is ${forms[form]}`;
  return `Answered by the ${filledBy}, entered by ${by}, ${momentOf(at)}${state}.`;
}

/** `Acted on 2026-11-24 09:15 UTC by dr-one (clinician): spoken with.` */
export function actedWords({ by, role, at, text }: NonNullable<SafetyCheck['acted']>): string {
  return `Acted on ${momentOf(at)} by ${by} (${role}): ${text.replace(/[.\s]+$/, '')}.`;
}

/**
 * The model without what people stated in their own words and without their names, for accounts that may not read of
 * them: who entered an answer, who acted on it and how, what an entry says.
 */
export function withoutPeople(model: ReportModel): ReportModel {
  const { plan, dossier } = model.input;
  const safetyChecks = plan.safetyChecks.map(({ entered: _, acted: __, ...check }) => check);
  const entries = dossier.entries.map(({ text: _, content: __, role, ...entry }) => ({
    ...entry,
    role,
    author: `a ${role}`,
  }));
  return {
    ...model,
    input: { ...model.input, plan: { ...plan, safetyChecks }, dossier: { ...dossier, entries }, review: undefined },
  };
}
