import {
  type ClassRow,
  type ConditionRow,
  estimates,
  type LabelFile,
  type LabelRow,
  type LiverRow,
  type PregnancyRow,
  type RenalRow,
} from './labelFacts.ts';
import { type Condition, Rule } from './rule.ts';

const version = '1.0.0';
/** Of the rules on kidney function. */
const laterVersion = '1.1.0';
/** Of the rule on QT. */
const qtVersion = '1.2.0';
export const onTheList = ['active-medication', 'planned-medication', 'unclear-medication'];
/** A kidney estimate older than this says too little about today's dose. */
const estimateHoldsDays = 90;
/** The same of a liver test. */
const liverTestHoldsDays = 90;

/** One rule a row: what prescribing information says of the drug, as soon as the dossier meets it. */
export function labelRules(file: LabelFile): Rule[] {
  return [
    ...file.renal.map(renalRule),
    ...file.pregnancy.map(pregnancyRule),
    ...file.conditions.map(conditionRule),
    ...file.liver.map(liverRule),
    ...file.duplicates.map(duplicateRule),
    qtRule(file.qt),
  ].map((rule) => Rule.parse(rule));
}

/** What a grade is worth that nobody held against the label: it is said, and no grade is printed. */
function strength({ grade, verified }: { grade: string; verified: boolean }) {
  return verified
    ? { grade, body: 'FDA' }
    : { grade: 'no grade: row not verified against the label', body: 'FDA label, restated from memory' };
}

function rule(
  { section, verified }: { section: string; verified: boolean },
  given: Omit<Rule, 'version' | 'guidance' | 'safety' | 'topicsOf' | 'before' | 'alternatives' | 'service'> &
    Partial<Pick<Rule, 'topicsOf' | 'alternatives' | 'version'>>,
) {
  return {
    version,
    safety: true,
    service: 'drug' as const,
    guidance: [verified ? 'fda-labels' : 'fda-labels-unverified'],
    ...given,
    for: [...given.for, { say: `Source of this row: ${section}.`, of: [] }],
  };
}

function renalRule(row: RenalRow) {
  const { measure, words } = estimates[row.estimate];
  const limits: Condition[] = [
    { number: 'estimate', is: '>=', than: row.from },
    { number: 'estimate', is: '<', than: row.below },
  ];
  return rule(row, {
    id: 'label-renal-dose',
    version: laterVersion,
    title: 'Dose by kidney function',
    precedence: 'situation',
    bind: {
      drug: { ...binding(onTheList), site: row.drugs, each: true },
      estimate: binding([measure]),
    },
    when: { all: limits },
    about: '{drug.site}',
    cases: [
      ...(row.mostMgPerDay === undefined
        ? []
        : [
            {
              when: { number: 'drug', is: '>' as const, than: row.mostMgPerDay, unit: 'mg/d' },
              verb: 'review' as const,
              urgency: 'now' as const,
              direction: 'away' as const,
              strength: strength(row),
              action: `{drug.site} ({drug}) is above the ${row.mostMgPerDay} mg a day of the label at ${withArticle(words)} of {estimate}: review today with the prescriber, with sedation and breathing; a change goes step by step. The label: ${row.says}`,
            },
          ]),
      {
        verb: 'review',
        urgency: row.urgency ?? 'soon',
        direction: 'away',
        strength: strength(row),
        action: `{drug.site} ({drug}) with ${withArticle(words)} of {estimate}: review the dose with the prescriber. The label: ${row.says}`,
      },
    ],
    for: [
      {
        say: `${upper(words)} {estimate} on {estimate.time}; the label states its limits in this estimate.`,
        of: ['estimate'],
      },
    ],
    against: [
      {
        say: 'An estimate assumes a steady creatinine and an ordinary muscle mass; other estimates can differ.',
        of: ['estimate'],
      },
      {
        when: { days: 'estimate', is: '>', than: estimateHoldsDays },
        say: 'The estimate is more than three months old: repeat creatinine first.',
        of: ['estimate'],
      },
      {
        when: { not: { days: 'estimate', is: '>=', than: -100000 } },
        say: 'The estimate has no date: repeat creatinine first.',
        of: ['estimate'],
      },
    ],
    wouldChange: [{ say: `${upper(withArticle(words))} of ${row.below} or more.`, of: [] }],
    monitor: [
      {
        say: 'Creatinine and the estimate named, and side effects of {drug.site}',
        of: ['drug'],
        at: 'before each change of dose',
      },
    ],
    lookAgain: 'With each new creatinine.',
  });
}

function pregnancyRule(row: PregnancyRow) {
  return rule(row, {
    id: 'label-pregnancy',
    title: 'Drug and pregnancy',
    precedence: 'situation',
    bind: {
      drug: { ...binding(onTheList), site: row.drugs, each: true },
      status: { ...binding(['pregnancy-status']), optional: true },
      record: { ...binding(['condition']), site: ['pregnancy'], optional: true },
    },
    when: {
      any: [
        { some: 'status', in: ['pregnant', 'possible'] },
        { some: 'record', in: ['active'] },
      ],
    },
    about: '{drug.site}',
    cases: [
      {
        verb: 'review',
        urgency: row.urgency,
        direction: 'away',
        strength: strength(row),
        action: `{drug.site} and a pregnancy that is on record or possible: ${row.says} Review with the prescriber and obstetrics; no change before that talk.`,
      },
    ],
    for: [
      { when: { has: 'status' }, say: 'Pregnancy: {status} on {status.time}.', of: ['status'] },
      { when: { has: 'record' }, say: '{record.site} is on record ({record.time}).', of: ['record'] },
      { say: '{drug.site} is on the list.', of: ['drug'] },
    ],
    against: [
      {
        say: 'An illness that goes untreated is a danger to both as well: epilepsy, mania, severe depression.',
        of: [],
      },
    ],
    wouldChange: [{ say: 'A pregnancy test that is negative, or an end of the pregnancy.', of: [] }],
    monitor: [
      {
        say: 'Pregnancy, contraception and folic acid',
        of: [],
        at: 'at each visit while {drug} may be taken'.replace('{drug}', 'the drug'),
      },
    ],
    lookAgain: 'At once, and at each visit of the pregnancy.',
  });
}

function conditionRule(row: ConditionRow) {
  return rule(row, {
    id: 'label-condition',
    title: 'Drug and a condition on record',
    precedence: 'contraindication',
    bind: {
      drug: { ...binding(onTheList), site: row.drugs, each: true },
      condition: { ...binding(['condition']), site: row.conditions },
    },
    about: '{drug.site}',
    cases: [
      {
        verb: 'review',
        urgency: row.urgency,
        direction: 'away',
        strength: strength(row),
        action: `{drug.site} and {condition.site}: ${row.says} Review the need with the prescriber and discuss another option.`,
      },
    ],
    for: [
      { say: '{condition.site}: {condition} ({condition.time}).', of: ['condition'] },
      { say: '{drug.site} is on the list.', of: ['drug'] },
    ],
    against: [
      { say: 'A prescriber may have weighed this already: ask before anything changes.', of: [] },
      {
        when: { some: 'condition', in: ['past'] },
        say: '{condition.site} is on record as past: ask when, and how it is now.',
        of: ['condition'],
      },
    ],
    wouldChange: [{ say: 'The entry turns out wrong, or long over.', of: [] }],
    monitor: [],
    lookAgain: 'At the next visit.',
  });
}

/** ALT or AST above the laboratory's own range beside a drug whose label warns of the liver; bilirubin too: for today. */
function liverRule(row: LiverRow) {
  const tests = ['alt', 'ast'];
  return rule(row, {
    id: 'label-liver',
    title: 'Drug and liver tests above the range',
    precedence: 'situation',
    bind: {
      drug: { ...binding(onTheList), site: row.drugs, each: true },
      test: { ...binding(['lab-flag']), site: tests, value: ['high'] },
      value: { ...binding(['lab']), site: tests, sameSiteAs: 'test', optional: true },
      bilirubin: { ...binding(['lab-flag']), site: ['bilirubin'], value: ['high'], optional: true },
      bilirubinValue: { ...binding(['lab']), site: ['bilirubin'], optional: true },
      record: { ...binding(['condition']), site: ['liver-disease'], optional: true },
    },
    about: '{drug.site}',
    cases: [
      {
        when: { has: 'bilirubin' },
        verb: 'review',
        urgency: 'now',
        direction: 'away',
        strength: strength(row),
        action: `{drug.site} ({drug}) with {test.site} {value} ({test.time}) and bilirubin {bilirubinValue}, both above the laboratory's range: review today with the prescriber, with symptoms, alcohol and other causes. The label: ${row.says}`,
      },
      {
        verb: 'review',
        urgency: 'soon',
        direction: 'away',
        strength: strength(row),
        action: `{drug.site} ({drug}) with {test.site} {value} ({test.time}), above the laboratory's range: repeat it with bilirubin, ask for alcohol and other causes, and review the drug with the prescriber. The label: ${row.says}`,
      },
    ],
    for: [
      { say: '{test.site} {value}: {test} ({test.time}).', of: ['test', 'value'] },
      {
        when: { has: 'bilirubin' },
        say: 'Bilirubin {bilirubinValue}: {bilirubin} ({bilirubin.time}).',
        of: ['bilirubin', 'bilirubinValue'],
      },
      { when: { has: 'record' }, say: '{record.site} is on record.', of: ['record'] },
    ],
    against: [
      {
        say: 'Mild rises have many causes (fat in the liver, alcohol, muscle work, other drugs) and often pass.',
        of: [],
      },
      {
        when: {
          any: [
            { days: 'test', is: '>', than: liverTestHoldsDays },
            { not: { days: 'test', is: '>=', than: -100000 } },
          ],
        },
        say: 'The test is older than three months or has no date: repeat it first.',
        of: ['test'],
      },
    ],
    wouldChange: [{ say: 'A repeat within the range, or another cause that is found.', of: [] }],
    monitor: [
      { say: 'ALT, AST, bilirubin and symptoms (itch, dark urine, yellow eyes)', of: [], at: 'within two weeks' },
    ],
    lookAgain: 'With the repeat.',
  });
}

function duplicateRule(row: ClassRow) {
  return rule(row, {
    id: 'label-duplicate',
    title: 'Two drugs of one kind',
    precedence: 'interaction',
    bind: { drug: { ...binding(onTheList), atc: row.atc } },
    when: { sites: 'drug', is: '>=', than: 2 },
    about: row.about,
    topicsOf: ['drug'],
    cases: [
      {
        verb: 'review',
        urgency: row.urgency,
        strength: strength(row),
        action: `{drug.all}: ${row.about} on one list. Review whether both are meant. ${row.says}`,
      },
    ],
    for: [{ say: '{drug.all} are on the list.', of: ['drug'] }],
    against: [
      { say: 'A switch from one to the other, or a long-acting and an as-needed form, can be intended.', of: ['drug'] },
    ],
    wouldChange: [{ say: 'One of them is no longer taken.', of: [] }],
    monitor: [],
    lookAgain: 'At the next visit.',
  });
}

function qtRule(rows: readonly LabelRow[]) {
  const drugs = [...new Set(rows.flatMap((row) => row.drugs))].sort();
  const verifiedDrugs = rows.flatMap((row) => (row.verified ? row.drugs : []));
  const warning = (verified: boolean) => strength({ grade: 'label warning', verified });
  const twoVerified: Condition = { sites: 'verified', is: '>=', than: 2 };
  const lowSalt: Condition = {
    any: [
      { some: 'potassium', in: ['low'] },
      { some: 'magnesium', in: ['low'] },
    ],
  };
  const together =
    'For {drug.all}, which each prolong QT by their labels: review the need for the combination and look for an ECG, potassium and magnesium.';
  return rule(
    { section: rows.map((row) => `${row.drugs.join(', ')}: ${row.section}`).join('. '), verified: true },
    {
      id: 'label-qt',
      version: qtVersion,
      title: 'Drugs that prolong the QT interval',
      precedence: 'interaction',
      bind: {
        drug: { ...binding(onTheList), site: drugs },
        verified: { ...binding(onTheList), site: verifiedDrugs, optional: true },
        qtc: { ...binding(['qtc-interval']), optional: true },
        acting: { ...binding(['drug-interaction']), site: ['qt-prolonging'], optional: true },
        fridericia: { ...binding(['qtc-fridericia']), optional: true },
        bazett: { ...binding(['qtc-bazett']), optional: true },
        potassium: { ...binding(['lab-flag']), site: ['potassium'], optional: true },
        magnesium: { ...binding(['lab-flag']), site: ['magnesium'], optional: true },
        potassiumValue: { ...binding(['lab']), site: ['potassium'], optional: true },
        magnesiumValue: { ...binding(['lab']), site: ['magnesium'], optional: true },
      },
      when: {
        any: [
          { sites: 'drug', is: '>=', than: 2 },
          { number: 'qtc', is: '>=', than: 500 },
          { some: 'potassium', in: ['low'] },
          { some: 'magnesium', in: ['low'] },
        ],
      },
      about: 'QT interval',
      topicsOf: ['drug'],
      cases: [true, false].flatMap((verified) => [
        {
          when: both({ number: 'qtc', is: '>=', than: 500 }, verified ? { has: 'verified' } : undefined),
          verb: 'act-now' as const,
          urgency: 'now' as const,
          direction: 'away' as const,
          strength: warning(verified),
          action:
            'QTc {qtc} ({qtc.formula}) on {qtc.time} with {drug.all} on the list: review these drugs today, with a cardiologist where needed; potassium and magnesium too. Any change is agreed with the prescriber.',
        },
        {
          when: both(lowSalt, verified ? { has: 'verified' } : undefined),
          verb: 'review' as const,
          urgency: 'soon' as const,
          strength: warning(verified),
          action:
            'For {drug.all}, by label a cause of a long QT, with a low salt on record (potassium {potassium}, magnesium {magnesium}): review an ECG and the salts before the next change of dose.',
        },
        {
          ...(verified ? { when: twoVerified } : {}),
          verb: 'review' as const,
          urgency: 'soon' as const,
          strength: warning(verified),
          action: together,
        },
      ]),
      for: [
        { say: 'On the list: {drug.all}.', of: ['drug'] },
        {
          say: 'QTc: {qtc} ({qtc.formula}); potassium: {potassiumValue}, {potassium}; magnesium: {magnesiumValue}, {magnesium}.',
          of: ['qtc', 'potassium', 'magnesium', 'potassiumValue', 'magnesiumValue'],
        },
        {
          when: { has: 'acting' },
          say: 'Found among the medicines on the list, {acting.site}: {acting}.',
          of: ['acting'],
        },
        {
          when: { has: 'fridericia' },
          say: 'By Fridericia {fridericia}, by Bazett {bazett} ({fridericia.time}): the longest counts here; read the ECG by hand.',
          of: ['fridericia', 'bazett'],
        },
      ],
      against: [
        { say: 'Labels differ in what they ask for, and no licensed list of risk classes is used here.', of: [] },
        {
          when: { not: twoVerified },
          say: 'Rows restated from memory and not held against the label count here: see the source.',
          of: ['drug'],
        },
        { when: { lacks: 'qtc' }, say: 'QTc is not assessed.', of: [] },
      ],
      wouldChange: [{ say: 'A QTc with its formula, potassium and magnesium in range.', of: [] }],
      monitor: [
        { say: 'ECG (QTc with its formula), potassium, magnesium', of: [], at: 'before and after each change of dose' },
      ],
      lookAgain: 'Today where QTc is 500 ms or more, else when the ECG is there.',
    },
  );
}

function both(one: Condition, other: Condition | undefined): Condition {
  return other === undefined ? one : { all: [one, other] };
}

function binding(measure: string[]) {
  return { measure, prefer: 'latest' as const, each: false, optional: false };
}

// eGFR stays as it is written: with a capital it is the name of a gene.
const upper = (text: string) => text.replace(/^[a-z](?![A-Z])/, (first) => first.toUpperCase());
const withArticle = (words: string) => `${/^[aeio]/.test(words) ? 'an' : 'a'} ${words}`;
