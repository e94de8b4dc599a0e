/** What one knowledge file names must exist elsewhere: a misspelt code would leave a rule silent for ever. */
import { describe, expect, it } from 'vitest';
import { loadInstruments } from '../../src/forms/instrument.ts';
import { loadKnowledge } from '../../src/knowledge/load.ts';
import { namesIn } from '../../src/plan/conditions.ts';
import { loadRules } from '../../src/plan/loadRules.ts';
import { type Condition, SafetyFile } from '../../src/plan/rule.ts';
import { namesInTemplate } from '../../src/plan/template.ts';
import { defaultRegistry, loadRegistry } from '../../src/workup/registry.ts';

const made = new Set((await loadRegistry(defaultRegistry)).flatMap(({ makes }) => [...makes]));
const { rules, guidance, drugChecks } = loadRules();
/** Measures of rooms to come: a rule may name them, and stays silent until then. */
const { hooks } = loadKnowledge('plan/hooks.json').data as { hooks: { measure: string }[] };
const known = [...made, ...hooks.map(({ measure }) => measure)];
const { checks } = SafetyFile.parse(loadKnowledge('plan/safety-checks.json').data);

/** Safety checks that a condition asks about. */
function checksIn(condition: Condition | undefined): string[] {
  if (condition === undefined) return [];
  if ('safety' in condition) return [condition.safety].flat();
  if ('not' in condition) return checksIn(condition.not);
  if ('all' in condition) return condition.all.flatMap(checksIn);
  return 'any' in condition ? condition.any.flatMap(checksIn) : [];
}

describe.each(rules.map((rule) => [rule.id, rule] as const))('plan rule %s', (_, rule) => {
  const sayings = [...rule.for, ...rule.against, ...rule.wouldChange, ...rule.alternatives, ...rule.monitor];
  const conditions = [rule.when, ...rule.cases.map(({ when }) => when), ...sayings.map(({ when }) => when)];

  it('binds what some analysis makes', () => {
    for (const { measure } of Object.values(rule.bind)) expect(known).toEqual(expect.arrayContaining(measure));
  });

  it('speaks only of what it binds, of questions that are asked and of guidance that is listed', () => {
    const names = [
      ...conditions.flatMap(namesIn),
      ...sayings.flatMap(({ say, of }) => [...of, ...namesInTemplate(say)]),
      ...rule.cases.flatMap(({ action }) => namesInTemplate(action)),
      ...namesInTemplate(rule.about),
    ];
    expect(Object.keys(rule.bind)).toEqual(expect.arrayContaining(names));
    const asked = checks.flatMap(({ check }) => [check, `${check}-history`]);
    expect(asked).toEqual(expect.arrayContaining(conditions.flatMap(checksIn)));
    expect(Object.keys(guidance)).toEqual(expect.arrayContaining(rule.guidance));
  });
});

it('each safety question is answered by what some analysis makes', () => {
  const bound = checks.flatMap(({ answer, relevant }) => [...answer.measure, ...(relevant?.measure ?? [])]);
  expect([...made]).toEqual(expect.arrayContaining(bound));
});

it('each question about drugs is answered by what some analysis makes, and names rules that are there', () => {
  const ids = rules.map(({ id }) => id);
  for (const { check, bind, rules: of } of drugChecks) {
    expect(known, check).toEqual(expect.arrayContaining(Object.values(bind).flatMap(({ measure }) => measure)));
    expect(ids, check).toEqual(expect.arrayContaining(of));
  }
});

it('each safety item of a questionnaire answers a question of the plan', () => {
  for (const { check, code } of loadInstruments().flatMap(({ safety }) => safety)) {
    expect(checks.find((one) => one.check === check)?.answer.measure, code).toContain(code);
  }
});

it('page one names what some analysis makes', () => {
  const { order } = loadKnowledge('report/key-findings.json').data as { order: { measure: string }[] };
  expect([...made]).toEqual(expect.arrayContaining(order.map(({ measure }) => measure)));
});
