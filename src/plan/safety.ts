import { contentId } from '../dossier/canonical.ts';
import { daysBetween } from '../dossier/dateTime.ts';
import type { Finding } from '../dossier/finding.ts';
import type { SafetyCheck } from '../dossier/recommendation.ts';
import { members } from '../dossier/words.ts';
import { matches } from './bindings.ts';
import { compare, holds } from './conditions.ts';
import type { SafetyRule } from './rule.ts';
import { sentence } from './template.ts';

/** Words of the site that replace the built-in action of a check, keyed by check. */
export type SiteTexts = Readonly<Record<string, string>>;

export interface SafetyContext {
  subject: string;
  run: string;
  asOf: string;
  ageYears: number | undefined;
  siteTexts: SiteTexts;
  /** Slots of answers for which a person has recorded an action. */
  handled: ReadonlySet<string>;
}

/**
 * Asks one safety question of one subject. A positive answer without a recorded action is never erased by a later
 * negative: while it is recent or undated it is positive, after that historic, beside what is known now. No answer is
 * `not-assessed` and an old or undated negative is `stale`; neither is a form of negative.
 */
export function askSafety(rule: SafetyRule, findings: readonly Finding[], context: SafetyContext): SafetyCheck[] {
  const relevant = rule.relevant === undefined ? [] : matches(rule.relevant, findings);
  if (rule.relevant !== undefined && relevant.length === 0) return [];
  const all = new Map(Object.entries(rule.bind).map(([name, binding]) => [name, matches(binding, findings)] as const));
  const bound = new Map([...all].flatMap(([name, found]) => (found[0] ? [[name, found[0]] as const] : [])));
  const { asOf, ageYears } = context;
  const scene = { bound, all, safety: [], ageYears, asOf };
  if (!holds(rule.when, scene)) return [];
  const calm = rule.openWhen !== undefined && holds(rule.openWhen, scene);

  const asked = matches(rule.answer, findings);
  const answered = asked.filter((finding) => finding.value.type !== 'refused');
  const make = checkMaker(calm ? { ...rule, urgency: 'open' } : rule, { relevant, asked, answered, ...context });
  const age = ({ time }: Finding) => (time === undefined ? undefined : daysBetween(time, asOf));
  const within = (days: number | undefined, limit: number | undefined) =>
    days === undefined || limit === undefined || days <= limit;

  const positives = answered
    .filter((finding) => isPositive(rule, finding))
    .sort((a, b) => Number(isStronger(rule, b)) - Number(isStronger(rule, a)));
  const open = positives.filter(({ slot }) => !context.handled.has(slot));
  const recent = open.find((finding) => within(age(finding), rule.nowForDays));
  const newest = asked[0];
  if (recent)
    return [
      make.positive(
        recent,
        answered.find((one) => !isPositive(rule, one) && later(one, recent)),
      ),
    ];

  const checks: SafetyCheck[] = [];
  const old = open[0];
  if (old) checks.push(make.historic(old));
  const unanswered = (rule.answer.site ?? []).filter((site) => !answered.some((one) => one.site?.code === site));
  const latest = answered[0];
  if (latest === undefined || (rule.everySite && unanswered.length > 0)) checks.push(make.notAssessed(false));
  else if (newest?.value.type === 'refused') checks.push(make.notAssessed(true));
  else if (isPositive(rule, latest) && context.handled.has(latest.slot)) checks.push(make.handled(latest));
  else {
    const days = age(latest);
    const stale = rule.staleAfterDays !== undefined && (days === undefined || days > rule.staleAfterDays);
    checks.push(stale || isPositive(rule, latest) ? make.stale(latest) : make.negative(latest));
  }
  return checks;
}

function later(a: Finding, than: Finding): boolean {
  return a.time !== undefined && than.time !== undefined && a.time > than.time;
}

function checkMaker(
  rule: SafetyRule,
  given: SafetyContext & { relevant: Finding[]; asked: Finding[]; answered: Finding[] },
) {
  const names = new Map<string, readonly Finding[]>([
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
  ): SafetyCheck => {
    const answers = answer ? [answer, ...(laterAnswer ? [laterAnswer] : [])] : given.asked;
    const basis = [...new Set([...answers, ...given.relevant].map(({ id }) => id))].sort();
    const bound = new Map<string, Finding>();
    if (answer) bound.set('answer', answer);
    else if (given.answered[0]) bound.set('answer', given.answered[0]);
    if (laterAnswer) bound.set('later', laterAnswer);
    if (given.relevant[0]) bound.set('relevant', given.relevant[0]);
    const { subject, asOf, run } = given;
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
      statement: sentence(template, bound, names),
      action: action === undefined ? undefined : sentence(action, bound, names),
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
    handled: (answer: Finding) =>
      make(
        'positive',
        'none',
        'positive, action recorded',
        statements.handled ?? statements.positive,
        undefined,
        answer,
      ),
    stale: (answer: Finding) => make('stale', 'open', 'out of date', statements.stale, action.stale, answer),
    negative: (answer: Finding) =>
      make('negative', 'none', rule.negativeLabel ?? 'negative', statements.negative, undefined, answer),
    notAssessed: (leftOpen: boolean) =>
      make(
        'not-assessed',
        'open',
        'not assessed',
        (leftOpen ? statements.leftOpen : undefined) ?? statements.notAssessed,
        action.notAssessed,
      ),
  };
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
