/** Patients of our own making with the lines that guidelines and labels ask for, and those that must not be there. */
import { describe, expect, it } from 'vitest';
import { planOf, readCases } from './vignette.ts';

const cases = readCases();

it('there are forty and more, each with a name of its own', () => {
  expect(cases.length).toBeGreaterThanOrEqual(40);
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
});

describe.each(cases.map((one) => [one.id, one] as const))('%s', (_, vignette) => {
  const { patient, lines, absent, checks, never } = vignette;
  const plan = planOf(patient, vignette);

  it.each(
    lines.map((line) => [[line.rule, line.about].filter(Boolean).join(' '), line] as const),
  )('%s', (_, wanted) => {
    const found = plan.recommendations.filter(
      ({ rule, about }) => rule.id === wanted.rule && (wanted.about === undefined || about === wanted.about),
    );
    expect(found).toHaveLength(1);
    const [line] = found;
    if (wanted.verb !== undefined) expect(line!.verb).toBe(wanted.verb);
    if (wanted.urgency !== undefined) expect(line!.urgency).toBe(wanted.urgency);
    if (wanted.grade !== undefined) expect(line!.strength.grade).toBe(wanted.grade);
    if (wanted.held !== undefined) expect(line!.held !== undefined).toBe(wanted.held);
    for (const words of wanted.says ?? []) expect(line!.action.toLowerCase()).toContain(words.toLowerCase());
    const contra = line!.against
      .map(({ statement }) => statement)
      .join(' ')
      .toLowerCase();
    for (const words of wanted.against ?? []) expect(contra).toContain(words.toLowerCase());
    if (wanted.alternatives !== undefined) expect(line!.alternatives ?? []).toHaveLength(wanted.alternatives);
  });

  it('nothing that must not be there', () => {
    const rules = plan.recommendations.map(({ rule }) => rule.id);
    for (const rule of absent) expect(rules).not.toContain(rule);
    // Titles of guidelines may name what no line speaks of.
    const lines = plan.recommendations.map(({ guidance: _, ...said }) => said);
    const all = JSON.stringify([lines, plan.safetyChecks]).toLowerCase();
    for (const words of never) expect(all).not.toContain(words.toLowerCase());
  });

  it.each(checks.map((check) => [`${check.check} ${check.state}`, check] as const))('%s', (_, wanted) => {
    const found = plan.safetyChecks.filter(({ check }) => check === wanted.check);
    expect(found.map(({ state }) => state)).toContain(wanted.state);
    if (wanted.urgency !== undefined) expect(found.map(({ urgency }) => urgency)).toContain(wanted.urgency);
  });
});
