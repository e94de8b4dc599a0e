import { contentId } from '../dossier/canonical.ts';
import { daysBetween } from '../dossier/dateTime.ts';
import type { Entry } from '../dossier/entry.ts';
import type { Finding } from '../dossier/finding.ts';
import type { SafetyCheck } from '../dossier/recommendation.ts';
import { actionOn, type KeptFormAnswer } from '../dossier/safetyEntries.ts';
import { members } from '../dossier/words.ts';
import { matches } from './bindings.ts';
import { compare, holds } from './conditions.ts';
import type { FindingIndex } from './findingIndex.ts';
import type { SafetyFile, SafetyRule } from './rule.ts';
import { sentence } from './template.ts';

/** Words of the site that replace the built-in action of a check, keyed by check. */
export type SiteTexts = Readonly<Record<string, string>>;

export interface SafetyContext {
  subject: string;
  run: string;
  asOf: string;
  ageYears: number | undefined;
  siteTexts: SiteTexts;
  /** Actions on answers that count (`actionsThatCount`). */
  actions: readonly Entry[];
  /** Answers among the findings that stand in a form and in no source, by id. */
  forms?: ReadonlyMap<string, KeptFormAnswer>;
  /** Findings of completed forms whose answer was kept before, with the entry that kept it. */
  sameAs?: ReadonlyMap<string, Entry>;
  /** What is said of such an answer besides. */
  formWords?: SafetyFile['formWords'];
}

/**
 * Asks one safety question of one subject. A positive answer without a recorded action is never erased by a later
 * negative: while it is recent or undated it is positive, after that historic, beside what is known now. With an action it
 * stays beside what is known now as well. No answer is `not-assessed` and an old or undated negative is `stale`; neither
 * is a form of negative. Of several questions the newest occasion decides: one that it leaves open is not assessed,
 * whatever the others say.
 */
export function askSafety(written: SafetyRule, findings: FindingIndex, context: SafetyContext): SafetyCheck[] {
  const rule = asAnswered(written, findings);
  const relevant = rule.relevant === undefined ? [] : matches(rule.relevant, findings);
  const given = rule.orAnswered && matches(rule.answer, findings).length > 0;
  if (rule.relevant !== undefined && relevant.length === 0 && !given) return [];
  const all = new Map(Object.entries(rule.bind).map(([name, binding]) => [name, matches(binding, findings)] as const));
  const bound = new Map([...all].flatMap(([name, found]) => (found[0] ? [[name, found[0]] as const] : [])));
  const { asOf, ageYears } = context;
  const scene = { bound, all, safety: [], ageYears, asOf };
  if (!holds(rule.when, scene)) return [];
  const calm = rule.openWhen !== undefined && holds(rule.openWhen, scene);

  const asked = matches(rule.answer, findings).sort((a, b) => newestFirst(a, b));
  const answered = asked
    .filter((finding) => finding.value.type !== 'refused')
    .sort((a, b) => newestFirst(a, b) || Number(isPositive(rule, b)) - Number(isPositive(rule, a)));
  const make = checkMaker(calm ? { ...rule, urgency: 'open' } : rule, { relevant, asked, answered, all, ...context });
  const age = ({ time }: Finding) => (time === undefined ? undefined : daysBetween(time, asOf));
  const within = (days: number | undefined, limit: number | undefined) =>
    days === undefined || limit === undefined || days <= limit;

  const positives = answered
    .filter((finding) => isPositive(rule, finding))
    .sort((a, b) => Number(isStronger(rule, b)) - Number(isStronger(rule, a)));
  const actionsOf = (finding: Finding) => actionIn(finding, context);
  const open = positives.filter((finding) => actionsOf(finding) === undefined);
  const recent = open.find((finding) => within(age(finding), rule.nowForDays));
  const old = open.find((finding) => !within(age(finding), rule.nowForDays));
  const acted = newestActed(positives, actionsOf);

  const checks: SafetyCheck[] = [];
  if (old) checks.push(make.historic(old));
  if (recent) {
    const no = answered.find((one) => !isPositive(rule, one) && later(one, recent));
    return [make.positive(recent, no), ...checks, ...(acted ? [make.handled(acted, 'beside')] : [])];
  }
  const unanswered = (rule.answer.site ?? []).filter((site) => !answered.some((one) => one.site?.code === site));
  const [latest] = answered;
  if (latest === undefined || (rule.everySite && unanswered.length > 0)) checks.push(make.notAssessed(false));
  else if (leavesOpen(asked)) checks.push(make.notAssessed(true));
  else if (latest === acted?.answer) return [...checks, make.handled(acted, 'alone')];
  else {
    const days = age(latest);
    const stale = rule.staleAfterDays !== undefined && (days === undefined || days > rule.staleAfterDays);
    checks.push(stale || isPositive(rule, latest) ? make.stale(latest) : make.negative(latest));
  }
  return acted ? [...checks, make.handled(acted, 'beside')] : checks;
}

/** The rule with what answers it here. */
function asAnswered(rule: SafetyRule, findings: FindingIndex): SafetyRule {
  const { otherwise } = rule;
  if (otherwise === undefined || matches(rule.answer, findings).length > 0) return rule;
  return {
    ...rule,
    answer: otherwise.answer,
    everySite: true,
    statements: { ...rule.statements, ...otherwise.statements },
    action: { ...rule.action, ...otherwise.action },
  };
}

interface Acted {
  answer: Finding;
  action: Entry;
}

/** The answer that a person acted on last. */
function newestActed(
  positives: readonly Finding[],
  actionsOf: (finding: Finding) => Entry | undefined,
): Acted | undefined {
  return positives
    .flatMap((answer) => {
      const action = actionsOf(answer);
      return action ? [{ answer, action }] : [];
    })
    .sort((a, b) => newestFirst(a.answer, b.answer) || (a.action.at < b.action.at ? 1 : -1))[0];
}

function actionIn(finding: Finding, { actions, sameAs }: SafetyContext): Entry | undefined {
  const kept = sameAs?.get(finding.id);
  const before = kept?.slot === undefined ? undefined : { id: kept.id, slot: kept.slot, derivedFrom: [] };
  return actionOn(finding, actions) ?? (before && actionOn(before, actions));
}

/** Nobody can call an undated one old. */
function newestFirst(a: Finding, b: Finding): number {
  return (b.time ?? '9999').localeCompare(a.time ?? '9999');
}

/** Whether the newest occasion has a question without an answer that can be read, from nobody. */
function leavesOpen(asked: readonly Finding[]): boolean {
  const occasion = asked.filter((one) => one.time === asked[0]?.time);
  const same = (a: Finding, b: Finding) => a.measure.code === b.measure.code && a.site?.code === b.site?.code;
  return occasion.some(
    (one) =>
      one.value.type === 'refused' && !occasion.some((other) => same(one, other) && other.value.type !== 'refused'),
  );
}

function later(a: Finding, than: Finding): boolean {
  return a.time !== undefined && than.time !== undefined && a.time > than.time;
}

function checkMaker(
  rule: SafetyRule,
  given: SafetyContext & {
    relevant: Finding[];
    asked: Finding[];
    answered: Finding[];
    all: ReadonlyMap<string, readonly Finding[]>;
  },
) {
  const names = new Map<string, readonly Finding[]>([
    ...given.all,
    ['relevant', given.relevant],
    ['answer', given.answered.filter((one) => isPositive(rule, one))],
  ]);
  const make = (
    state: SafetyCheck['state'],
    urgency: SafetyCheck['urgency'],
    stateLabel: string,
    template: string,
    action: string | undefined,
    answer?: Finding,
    laterAnswer?: Finding,
    acted?: Entry,
  ): SafetyCheck => {
    const answers = answer ? [answer, ...(laterAnswer ? [laterAnswer] : [])] : given.asked;
    const basis = [...new Set([...answers, ...given.relevant].map(({ id }) => id))].sort();
    const bound = new Map<string, Finding>([...given.all].flatMap(([name, [first]]) => (first ? [[name, first]] : [])));
    if (answer) bound.set('answer', answer);
    else if (given.answered[0]) bound.set('answer', given.answered[0]);
    if (laterAnswer) bound.set('later', laterAnswer);
    if (given.relevant[0]) bound.set('relevant', given.relevant[0]);
    const { subject, asOf, run } = given;
    const form = answer && given.forms?.get(answer.id);
    return {
      kind: 'safety-check',
      id: contentId('safe', { subject, check: rule.check, state, urgency, basis, asOf }),
      subject,
      run,
      check: urgency === 'historic' ? `${rule.check}-history` : rule.check,
      display: rule.display,
      state,
      stateLabel,
      urgency,
      at: answer?.time,
      statement: sentence(template, bound, names) + wordsOfForm(form, given.formWords),
      action: action === undefined ? undefined : sentence(action, bound, names),
      ...(form
        ? {
            entered: {
              by: form.entry.author,
              at: form.answeredAt,
              filledBy: form.filledBy,
              form: form.state,
            },
          }
        : {}),
      ...(acted
        ? { acted: { entry: acted.id, by: acted.author, role: acted.role, at: acted.at, text: acted.text ?? '' } }
        : {}),
      basis,
    };
  };
  const { statements, action } = rule;
  const ofSite = given.siteTexts[rule.check];
  return {
    positive(answer: Finding, laterNegative?: Finding) {
      const stronger = isStronger(rule, answer);
      const words = (stronger ? statements.stronger : undefined) ?? statements.positive;
      const added = laterNegative && statements.laterNegative ? ` ${statements.laterNegative}` : '';
      const doing = ofSite ?? (stronger ? action.stronger : undefined) ?? action.positive;
      return make('positive', rule.urgency, 'positive', words + added, doing, answer, laterNegative);
    },
    historic: (answer: Finding) =>
      make(
        'positive',
        'historic',
        'historic positive',
        statements.historic ?? statements.positive,
        ofSite ?? action.historic ?? action.positive,
        answer,
      ),
    /** `beside`: what is known now stands in a check of its own. */
    handled: ({ answer, action: acted }: Acted, place: 'alone' | 'beside') => {
      const words = statements.handled ?? statements.positive;
      const check = make('positive', 'none', 'positive, action recorded', words, undefined, answer, undefined, acted);
      return place === 'alone' ? check : { ...check, check: `${rule.check}-acted` };
    },
    stale: (answer: Finding) => make('stale', 'open', 'out of date', statements.stale, action.stale, answer),
    negative: (answer: Finding) =>
      make('negative', 'none', rule.negativeLabel ?? 'negative', statements.negative, undefined, answer),
    notAssessed: (leftOpen: boolean) =>
      make(
        'not-assessed',
        'open',
        'not assessed',
        (leftOpen ? statements.leftOpen : given.asked.some(isUnreadable) ? statements.unreadable : undefined) ??
          statements.notAssessed,
        action.notAssessed,
      ),
  };
}

/** Whether something stands where the answer belongs, and cannot be read: a yes may be behind it. */
function isUnreadable({ value }: Finding): boolean {
  return value.type === 'refused' && value.reason !== 'item-not-answered';
}

/** What became of the form that an answer stands in; nothing for an answer of a source. */
function wordsOfForm(form: KeptFormAnswer | undefined, words: SafetyFile['formWords'] | undefined): string {
  if (form === undefined || words === undefined) return '';
  const key = form.state === 'open' && form.now !== form.value ? 'changed' : form.state;
  const now = form.now === null ? 'nothing' : String(form.now);
  return ` ${words[key].replaceAll('{now}', now)}`;
}

function isStronger(rule: SafetyRule, finding: Finding): boolean {
  const { strongerFrom } = rule.positive;
  return (
    strongerFrom !== undefined && members(finding).some(({ number }) => number !== undefined && number >= strongerFrom)
  );
}

function isPositive(rule: SafetyRule, finding: Finding): boolean {
  const { number, codes } = rule.positive;
  return members(finding).some((member) => {
    if (number !== undefined && member.number !== undefined) return compare(member.number, number.is, number.than);
    return codes !== undefined && member.code !== undefined && codes.includes(member.code);
  });
}
