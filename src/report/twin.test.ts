import { describe, expect, it } from 'vitest';
import { loadKnowledge } from '../knowledge/load.ts';
import { loadRules } from '../plan/loadRules.ts';
import { SafetyFile } from '../plan/rule.ts';
import { quantity, testFinding } from '../plan/testFindings.ts';
import { reportModel } from './model.ts';
import { plainLanguage } from './plainLanguage.ts';
import { testAsOf, testReportInput } from './testModel.ts';
import { patientItems, twinOf } from './twin.ts';

const file = plainLanguage();
const model = (more: Parameters<typeof testReportInput>[0] = {}) => reportModel(testReportInput(more));
const twin = (language = 'en', more: Parameters<typeof testReportInput>[0] = {}) => twinOf(model(more), language);

describe('plain sentences', () => {
  const written = [...new Map(loadRules().rules.map((rule) => [rule.id, rule])).values()];
  it.each(
    written.map((rule) => [`${rule.id} ${rule.version}`, rule] as const),
  )('rule %s has one for this version', (_, rule) => {
    const known = file.lines.filter((one) => one.rule === rule.id);
    expect(known.map((one) => one.version)).toEqual([rule.version]);
  });

  it('each state of a safety question that can be open has one, and none is there for a question that is not asked', () => {
    const { checks } = SafetyFile.parse(loadKnowledge('plan/safety-checks.json').data);
    const asked = new Set(checks.flatMap(({ check }) => [check, `${check}-history`]));
    const { drugChecks } = loadRules();
    const ofDrugs = [...drugChecks.map(({ check }) => check), 'rules-switched-off'];
    for (const one of file.checks) expect([...asked, ...ofDrugs]).toContain(one.check);
    for (const { check, quiet } of drugChecks) {
      const states = file.checks.filter((one) => one.check === check).flatMap((one) => one.states);
      expect(states.sort(), check).toEqual(quiet ? ['positive'] : ['not-assessed', 'positive', 'stale']);
    }
    for (const { check } of checks) {
      const states = file.checks.filter((one) => one.check === check).flatMap((one) => one.states);
      expect(states.sort(), check).toEqual(['not-assessed', 'positive', 'stale']);
    }
  });

  /** LIX (Björnsson 1968): words per sentence plus per cent of words of more than six letters. */
  const readability = (text: string) => {
    const words = text.match(/\p{L}+/gu) ?? [];
    const sentences = text.split(/[.!?:]+/).filter((one) => one.trim() !== '');
    return {
      lix: words.length / sentences.length + (100 * words.filter((word) => word.length > 6).length) / words.length,
      longest: Math.max(...sentences.map((one) => (one.match(/\p{L}+/gu) ?? []).length)),
    };
  };
  const all = [...file.lines, ...file.checks, ...file.findings];

  // Children's books lie below 30, easy prose below 40; German words are longer.
  it.each([
    ['en', 28],
    ['de', 36],
  ] as const)('are easy to read in %s', (language, limit) => {
    const whole = all.map((one) => one.text[language]).join(' ');
    expect(readability(whole).lix).toBeLessThan(limit);
    for (const one of all) expect(readability(one.text[language]).longest, one.text[language]).toBeLessThanOrEqual(20);
  });

  /** Vowel groups without a silent e: near enough for a mean over many words. */
  const syllables = (word: string) =>
    Math.max(
      1,
      (
        word
          .toLowerCase()
          .replace(/e$/, '')
          .match(/[aeiouyäöü]+/g) ?? []
      ).length,
    );

  it('have a reading age of about twelve: school grade of Flesch-Kincaid in English, of the Wiener Sachtextformel in German', () => {
    const grade = (language: 'en' | 'de') => {
      const text = all.map((one) => one.text[language]).join(' ');
      const words = text.match(/\p{L}+/gu)!;
      const sentences = text.split(/[.!?:]+/).filter((one) => one.trim() !== '').length;
      const long = (100 * words.filter((word) => syllables(word) >= 3).length) / words.length;
      const single = (100 * words.filter((word) => syllables(word) === 1).length) / words.length;
      const letters = (100 * words.filter((word) => word.length > 6).length) / words.length;
      const perWord = words.reduce((sum, word) => sum + syllables(word), 0) / words.length;
      const perSentence = words.length / sentences;
      return language === 'en'
        ? 0.39 * perSentence + 11.8 * perWord - 15.59
        : 0.1935 * long + 0.1672 * perSentence + 0.1297 * letters - 0.0327 * single - 0.875;
    };
    // Twelve years is the sixth grade.
    expect(grade('en')).toBeLessThan(6);
    expect(grade('de')).toBeLessThan(6);
  });

  it('tell nobody to stop, and name no grade of evidence', () => {
    for (const { text } of file.lines) {
      expect(text['en']).not.toMatch(/^stop |\. Stop |strong recommendation|grade/i);
      expect(text['en'].replace(/Do not stop/g, '')).not.toMatch(/\bstop (it|the medicine|taking)\b/i);
    }
  });

  it('what is about self-harm or opioids is marked, wherever it is said', () => {
    for (const one of all) {
      if (/hurting yourself|how you are feeling\.|safe you feel/.test(one.text['en']))
        expect(one.sensitive).toContain('suicidality');
      if (/strong painkiller/i.test(`${one.title['en']} ${one.text['en']}`))
        expect(one.sensitive).toContain('opioid-risk');
    }
  });
});

describe('what there is to say to the patient', () => {
  it('says each line, check and finding of the plan, or lists it for a person to write', () => {
    const input = testReportInput();
    const { items, unsaid } = twinOf(reportModel(input), 'en');
    const keys = [...items, ...unsaid].map((one) => one.item);
    expect(new Set(keys).size).toBe(keys.length);
    for (const line of input.plan.recommendations) expect(keys).toContain(line.slot);
    const open = input.plan.safetyChecks.filter((check) => check.urgency !== 'none');
    for (const check of open) expect(keys).toContain(`s1|safety-check|${check.check}`);
    expect(items.filter((one) => one.type === 'data').map((one) => one.text)).toEqual([
      'A reading of your genes',
      'Your medical record',
    ]);
  });

  it('says the same items in every language, sensitive ones alike', () => {
    const [en, de] = [twin('en'), twin('de')];
    expect(de.items.map(({ item, sensitive }) => [item, sensitive])).toEqual(
      en.items.map(({ item, sensitive }) => [item, sensitive]),
    );
    expect(de.items.some((one) => one.sensitive.includes('suicidality'))).toBe(true);
    for (const one of [...en.items, ...de.items]) expect(`${one.title} ${one.text}`).not.toMatch(/[{}]/);
    expect(() => twin('fr')).toThrow(/no texts in "fr"/);
  });

  it('writes numbers as the language does', () => {
    const findings = [testFinding('peg.mean', quantity(7.3333), { time: testAsOf, run: 'run-scores' })];
    const says = (language: string) => twin(language, { findings }).items.find((one) => one.type === 'finding')?.text;
    expect(says('en')).toContain('7.3 on a scale');
    expect(says('de')).toContain('7,3 auf einer Skala');
  });

  it('gives a medicine its capital where the language does', () => {
    const text = (language: string) => twin(language).items.find((one) => /opioid-prodrug/.test(one.item))?.text;
    expect(text('en')).toContain('change tramadol before');
    expect(text('de')).toContain('muss Tramadol erst');
  });

  it('asks a person where a rule was written anew, a value is refused or nothing is known of a measure', () => {
    const input = testReportInput();
    const [line, ...rest] = input.plan.recommendations;
    const newer = { ...line, rule: { ...line.rule, version: '9.0.0' } };
    const { unsaid, items } = twinOf(
      reportModel({ ...input, plan: { ...input.plan, recommendations: [newer, ...rest] } }),
      'en',
    );
    expect(unsaid).toContainEqual({
      item: line.slot,
      type: 'line',
      ids: [line.id],
      title: line.about,
      says: line.action,
      why: 'no plain sentence: ask',
    });
    expect(items.map((one) => one.item)).not.toContain(line.slot);
    expect(unsaid.some((one) => one.item.includes('phq-9.item-9'))).toBe(true);
    const refused = testFinding('phq-9.total', { type: 'refused', reason: 'incomplete' }, { run: 'run-scores' });
    expect(twin('en', { findings: [refused] }).items.filter((one) => one.type === 'finding')).toEqual([]);
  });

  it('hands over chosen words, else plain ones, else an invitation to ask; never the words of the plan', () => {
    const input = testReportInput();
    const [line] = input.plan.recommendations;
    const own = twinOf(reportModel(input), 'en');
    const released = { item: line.slot, type: 'line' as const, title: line.about };
    const texts = { ask: 'Ask us.', untitled: 'To talk about' };
    const says = (more: object) => patientItems([{ ...released, ...more }], own, texts)[0].says;
    const plain = own.items.find((one) => one.item === line.slot)!.text;
    expect(says({})).toBe(plain);
    expect(says({ decision: 'accept' })).toBe(plain);
    expect(says({ decision: 'modify' })).toBe('Ask us.');
    expect(says({ decision: 'modify', wording: 'Chosen.' })).toBe('Chosen.');
    expect(says({ item: 'unknown' })).toBe('Ask us.');
    expect([plain, 'Ask us.', 'Chosen.']).not.toContain(line.action);
    // A name of the plan's own never leaves; what nobody can name is said once.
    const unknown = { ...released, item: 'unknown', title: 'Condition on record, low back pain, 2024-06-03' };
    expect(patientItems([unknown, { ...unknown, item: 'another' }], own, texts)).toEqual([
      { type: 'line', title: 'To talk about', says: 'Ask us.' },
    ]);
  });
});
