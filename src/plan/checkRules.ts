import { namesIn } from './conditions.ts';
import type { Condition, Guidance, PrecedenceFile, Rule, SafetyRule } from './rule.ts';
import { namesInTemplate } from './template.ts';

/** A word that a grade may hold only where somebody held our words against the text that grades. */
const strongGrade = /\bstrong\b|\blevel A\b|boxed|contraindicated/i;
const orderToStop = /(^|[.:;] )(stop|discontinue|withdraw|avoid)\b/i;

/** What is wrong with rules beyond their form, one sentence each for their author. Empty when nothing is. */
export function checkRules(
  written: readonly { path: string; rule: Rule }[],
  known: {
    guidance: Readonly<Record<string, Guidance>>;
    precedence: PrecedenceFile['order'];
    checks: readonly SafetyRule[];
  },
): { path: string; says: string }[] {
  const ids = new Map<string, number>();
  for (const { rule } of written) ids.set(rule.id, (ids.get(rule.id) ?? 0) + 1);
  const asked = new Set(known.checks.flatMap(({ check }) => [check, `${check}-history`]));
  const ranks = new Set(known.precedence.map(({ id }) => id));
  const goesBefore = new Set(written.flatMap(({ rule }) => rule.before.map((one) => `${rule.id}>${one.rule}`)));
  const lost = known.checks.flatMap(({ check, lines }) =>
    lines
      .filter(({ rule }) => !ids.has(rule) && !rule.startsWith('label-'))
      .map(({ rule }) => ({
        path: 'plan/safety-checks.json',
        says: `check "${check}": names the line of "${rule}", which is no rule`,
      })),
  );
  const ofRules = written.flatMap(({ path, rule }) => {
    const wrong: string[] = [];
    const bound = new Set(Object.keys(rule.bind));
    if (ids.get(rule.id)! > 1) wrong.push('its id is used twice');
    if (Object.values(rule.bind).filter(({ each }) => each).length > 1) wrong.push('more than one binding has "each"');
    for (const { sameSiteAs } of Object.values(rule.bind))
      if (sameSiteAs !== undefined && !bound.has(sameSiteAs))
        wrong.push(`sameSiteAs "${sameSiteAs}" is bound to nothing`);
    for (const name of [...namesOfRule(rule), ...rule.topicsOf])
      if (!bound.has(name)) wrong.push(`"${name}" is used and bound to nothing`);
    for (const check of conditionsOf(rule).flatMap(checksIn))
      if (!asked.has(check)) wrong.push(`"${check}" is no safety question`);
    for (const id of rule.guidance) if (known.guidance[id] === undefined) wrong.push(`guidance "${id}" is not listed`);
    for (const one of [rule.precedence, ...rule.cases.flatMap(({ precedence }) => precedence ?? [])])
      if (!ranks.has(one)) wrong.push(`precedence "${one}" is none of ${[...ranks].join(', ')}`);
    for (const one of rule.before) {
      if (!ids.has(one.rule) && !one.rule.startsWith('label-'))
        wrong.push(`goes before "${one.rule}", which is no rule`);
      if (goesBefore.has(`${one.rule}>${rule.id}`)) wrong.push(`and "${one.rule}" each go before the other`);
    }
    const verified = rule.guidance.some((id) => known.guidance[id]?.verified === true);
    for (const { action, strength } of rule.cases) {
      if (orderToStop.test(action))
        wrong.push(`an action orders: "${action.slice(0, 60)}"; say review, discuss or consider`);
      if (!verified && strongGrade.test(strength.grade))
        wrong.push(`grade "${strength.grade}" rests on guidance that nobody held against its text`);
    }
    return wrong.map((says) => ({ path, says: `rule "${rule.id}": ${says}` }));
  });
  return [...ofRules, ...lost];
}

function sayingsOf(rule: Rule) {
  return [...rule.for, ...rule.against, ...rule.wouldChange, ...rule.alternatives, ...rule.monitor];
}

function conditionsOf(rule: Rule): (Condition | undefined)[] {
  return [rule.when, ...rule.cases.map(({ when }) => when), ...sayingsOf(rule).map(({ when }) => when)];
}

/** Every name that a rule's sentences and conditions use. */
function namesOfRule(rule: Rule): string[] {
  return [
    ...conditionsOf(rule).flatMap(namesIn),
    ...sayingsOf(rule).flatMap(({ say, of }) => [...of, ...namesInTemplate(say)]),
    ...rule.cases.flatMap(({ action, strength }) => [
      ...namesInTemplate(action),
      ...namesInTemplate(strength.grade),
      ...namesInTemplate(strength.body),
    ]),
    ...namesInTemplate(rule.about),
  ];
}

/** Safety questions that a condition asks about. */
export function checksIn(condition: Condition | undefined): string[] {
  if (condition === undefined) return [];
  if ('safety' in condition) return [condition.safety].flat();
  if ('not' in condition) return checksIn(condition.not);
  if ('all' in condition) return condition.all.flatMap(checksIn);
  return 'any' in condition ? condition.any.flatMap(checksIn) : [];
}
