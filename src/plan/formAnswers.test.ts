import { describe, expect, it } from 'vitest';
import type { Entry } from '../dossier/entry.ts';
import type { Fact } from '../dossier/fact.ts';
import type { FormAnswer } from '../dossier/safetyEntries.ts';
import { buildPlan } from './buildPlan.ts';
import { quantity, testDossier, testFinding } from './testFindings.ts';

const asOf = '2026-03-10';
const at = '2026-03-10T09:00:00.000Z';

function kept(more: Partial<FormAnswer> = {}, targets: string[] = []): Entry {
  const content: FormAnswer = {
    form: 'safety-answer',
    instrument: 'PHQ-9',
    measure: 'phq-9.item-9',
    display: 'PHQ-9 item 9',
    value: 2,
    answeredAt: at,
    now: 2,
    filledBy: 'patient',
    state: 'open',
    ...more,
  };
  const slot = `s1|phq-9.item-9|form|a1|${at}|${content.value}`;
  return {
    kind: 'entry',
    id: 'entry-form',
    subject: 's1',
    type: 'safety-answer',
    author: 'dr-one',
    role: 'clinician',
    at,
    targets,
    slot,
    content,
  };
}

const check = (entries: Entry[], findings: ReturnType<typeof testFinding>[] = [], facts: Fact[] = [], day = asOf) =>
  buildPlan(testDossier(findings, { entries, facts }), { asOf: day }).safetyChecks.filter(({ check }) =>
    /^suicidality(-history|-acted)?$/.test(check),
  );

describe('a positive answer in a form that is kept nowhere else', () => {
  it('is urgent at once, with who entered it, when, and that the form is open', () => {
    const [found, ...others] = check([kept()]);
    expect(found).toMatchObject({
      state: 'positive',
      urgency: 'now',
      at,
      basis: ['entry-form'],
      entered: { by: 'dr-one', at, filledBy: 'patient', form: 'open' },
    });
    expect(found!.statement).toContain('a form that is not completed');
    expect(others).toEqual([]);
  });

  it('stays when the form is thrown away, when the answer is changed or removed, and when the form says no in the end', () => {
    const says = (more: Partial<FormAnswer>) => check([kept(more)])[0];
    expect(says({ state: 'thrown-away' })).toMatchObject({ urgency: 'now', entered: { form: 'thrown-away' } });
    expect(says({ state: 'thrown-away' })!.statement).toContain('thrown away');
    expect(says({ now: 0 })!.statement).toContain('says 0 now');
    expect(says({ now: null })!.statement).toContain('says nothing now');
    expect(says({ state: 'completed', now: 0 })!.statement).toContain('The completed form says 0');
    expect(check([kept({ state: 'thrown-away' })], [], [], '2026-06-01')).toMatchObject([
      { state: 'stale' },
      { check: 'suicidality-history', urgency: 'historic' },
    ]);
  });

  it('is left to the findings of the completed form once they say as much', () => {
    const fact = { id: 'fact-1', source: 'src-1' } as Fact;
    const found = (value: number) =>
      testFinding('phq-9.item-9', quantity(value), { time: '2026-03-10T09:05:00.000Z', derivedFrom: ['fact-1'] });
    const done = kept({ state: 'completed' }, ['src-1']);
    const [only, ...none] = check([done], [found(2)], [fact]);
    expect(only!.entered).toBeUndefined();
    expect(only!.basis).toEqual([found(2).id]);
    expect(none).toEqual([]);
    expect(check([done], [found(1)], [fact])[0]!.entered).toBeDefined();
    // Until the work-up is over, or when its findings are gone again, the entry stands for itself.
    expect(check([done], [], [fact])).toMatchObject([{ urgency: 'now', entered: { form: 'completed' } }]);
  });

  it('is acted on like any other, and who acted before the form was completed need not do it again', () => {
    const open = kept();
    const action: Entry = {
      kind: 'entry',
      id: 'entry-2',
      subject: 's1',
      type: 'safety-action',
      author: 'dr-two',
      role: 'clinician',
      at: '2026-03-10T09:02:00.000Z',
      targets: [open.id],
      slot: open.slot,
      text: 'Spoken with at once, partner called',
    };
    expect(check([open, action])).toMatchObject([{ urgency: 'none', acted: { by: 'dr-two' } }]);
    const higher = kept({ value: 3, now: 3 });
    expect(check([higher, action])).toMatchObject([{ urgency: 'now' }]);
    const done = { ...kept({ state: 'completed' }, ['src-1']), id: 'entry-done', supersedes: open.id };
    const item9 = testFinding('phq-9.item-9', quantity(2), { time: asOf, derivedFrom: ['fact-1'] });
    expect(check([done, action], [item9], [{ id: 'fact-1', source: 'src-1' } as Fact])).toMatchObject([
      { urgency: 'none', acted: { by: 'dr-two' }, basis: [item9.id] },
    ]);
  });

  it('makes the drug lines that rest on such answers', () => {
    const amitriptyline = testFinding(
      'active-medication',
      { type: 'code', code: { system: 'test', code: 'active', display: 'active' } },
      { site: 'amitriptyline', atc: 'N06AA09', time: asOf },
    );
    const { recommendations } = buildPlan(testDossier([amitriptyline], { entries: [kept()] }), { asOf });
    expect(recommendations.find(({ rule }) => rule.id === 'tca-and-self-harm')).toMatchObject({ urgency: 'now' });
  });
});
