import { describe, expect, it } from 'vitest';
import type { Finding } from '../dossier/finding.ts';
import { buildPlan } from './buildPlan.ts';
import { loadRules } from './loadRules.ts';
import { coded, codedSet, quantity, testDossier, testFinding } from './testFindings.ts';

const asOf = '2026-03-10';
const plan = (findings: Finding[]) => buildPlan(testDossier(findings), { asOf });
const line = (findings: Finding[], rule: string) => plan(findings).recommendations.find((one) => one.rule.id === rule);

const tramadol = testFinding('active-medication', quantity(200, 'mg/d'), { site: 'tramadol', atc: 'N02AX02' });
const duloxetine = testFinding('active-medication', coded('active'), { site: 'duloxetine', atc: 'N06AX21' });
const clonazepam = testFinding('active-medication', coded('as-needed'), { site: 'clonazepam', atc: 'N03AE01' });
const list = testFinding('medication-list', coded('current'), { time: '2026-03-01' });

describe('plan lines', () => {
  const phenotype = (...codes: string[]) =>
    testFinding('metabolizer-phenotype-adjusted', codedSet(...codes), { site: 'CYP2D6' });

  it('grades tramadol in an intermediate metaboliser as Optional and names CPIC', () => {
    const found = line([tramadol, list, phenotype('intermediate-metabolizer')], 'opioid-prodrug-cyp2d6');
    expect(found).toMatchObject({ strength: { grade: 'Optional', body: 'CPIC' }, about: 'tramadol', verb: 'review' });
  });

  it('never collapses a set that spans poor and ultrarapid', () => {
    const found = line(
      [tramadol, list, phenotype('poor-metabolizer', 'intermediate-metabolizer', 'ultrarapid-metabolizer')],
      'opioid-prodrug-cyp2d6',
    );
    expect(found?.action).toContain('poor-metabolizer, intermediate-metabolizer or ultrarapid-metabolizer');
    expect(found?.action).toContain('spans');
  });

  it('says what an absent genome leaves open', () => {
    expect(line([tramadol, list], 'opioid-prodrug-cyp2d6')).toMatchObject({ verb: 'ask' });
  });

  it('ties the washout and the warning not to stop to an inhibitor', () => {
    const inhibition = testFinding('enzyme-inhibition', codedSet('moderate'), { site: 'CYP2D6' });
    const found = line(
      [tramadol, duloxetine, list, inhibition, phenotype('intermediate-metabolizer')],
      'opioid-prodrug-cyp2d6',
    );
    expect(found?.wouldChange.join(' ')).toMatch(/washout.*Do not stop it for this reason alone/s);
    const without = line([tramadol, list, phenotype('intermediate-metabolizer')], 'opioid-prodrug-cyp2d6');
    expect(without?.wouldChange.join(' ')).not.toContain('washout');
  });

  it('puts opioid with benzodiazepine first and offers naloxone', () => {
    const mme = testFinding('morphine-milligram-equivalents', quantity(40, 'mg/d'));
    const found = line([tramadol, clonazepam, list, mme], 'opioid-with-benzodiazepine');
    expect(found).toMatchObject({ urgency: 'now' });
    expect(found?.action).toContain('naloxone');
    expect(found?.for.map((one) => one.statement).join(' ')).toContain('40');
  });

  it('treats catastrophising as a target with equal therapies and only above 30', () => {
    const found = line([testFinding('pcs.total', quantity(31), { time: asOf })], 'catastrophising-target');
    expect(found?.action).toMatch(/CBT, ACT and mindfulness/);
    expect(line([testFinding('pcs.total', quantity(30), { time: asOf })], 'catastrophising-target')).toBeUndefined();
  });

  it('shows lines about one drug to each other', () => {
    const amitriptyline = testFinding('active-medication', quantity(25, 'mg/d'), {
      site: 'amitriptyline',
      atc: 'N06AA09',
    });
    const item9 = testFinding('phq-9.item-9', quantity(1), { time: asOf });
    const found = plan([amitriptyline, item9, phenotype('poor-metabolizer')]).recommendations.filter(
      (one) => one.about === 'amitriptyline',
    );
    expect(found.map((one) => one.rule.id).sort()).toEqual(['tca-and-self-harm', 'tca-cyp2d6-cyp2c19']);
    expect(found.every((one) => one.conflicts.length === 1)).toBe(true);
  });

  it('no wording of any rule orders an abrupt stop', () => {
    const { rules } = loadRules();
    for (const rule of rules) {
      for (const one of rule.cases)
        expect(one.action, rule.id).not.toMatch(/(^|[.:;] )(stop|discontinue|withdraw|avoid)\b/i);
    }
  });

  it('is the same for the same input whatever its order', () => {
    const findings = [tramadol, duloxetine, clonazepam, list, phenotype('intermediate-metabolizer')];
    expect(plan(findings)).toEqual(plan([...findings].reverse()));
  });
});

describe('knowledge/plan/rules', () => {
  const file = loadRules();

  it.each(
    file.rules.map((rule) => [rule.id, rule] as const),
  )('%s cites known guidance and binds every name it uses', (_, rule) => {
    for (const id of rule.guidance) expect(file.guidance).toHaveProperty(id);
    const text = JSON.stringify([rule.when, rule.about, rule.cases, rule.for, rule.against, rule.wouldChange]);
    const templated = [...text.matchAll(/\{([a-zA-Z0-9]+)(?:\.\w+)?\}/g)].map((match) => match[1]);
    const conditions = [
      ...text.matchAll(
        /"(?:has|lacks|refused|number|someNumber|some|every|site|count|days|occasions)":"([a-zA-Z0-9]+)"/g,
      ),
    ].map((match) => match[1]);
    for (const name of [...templated, ...conditions])
      expect(Object.keys(rule.bind), `${rule.id}: ${name}`).toContain(name);
  });

  it.each(file.rules.map((rule) => [rule.id, rule] as const))('%s speaks in short sentences', (_, rule) => {
    const said = [...rule.cases.map((one) => one.action), ...rule.for.map((one) => one.say)];
    for (const text of [...said, ...rule.against.map((one) => one.say)])
      for (const one of text.split(/[.!?]\s+/)) expect(one.split(' ').length, one).toBeLessThanOrEqual(35);
  });
});
