import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../dossier/store.ts';
import { loadInstruments } from '../../forms/instrument.ts';
import { openStore } from '../../store/open.ts';
import { why, whyText } from '../../store/why.ts';
import { workup } from '../../workup/workup.ts';
import { checkAnswers, instrumentOf, unanswered } from './answers.ts';
import { type Drafts, openDrafts } from './drafts.ts';
import { escalations } from './escalation.ts';
import { formOf } from './form.ts';
import { keepResponse } from './keepResponse.ts';
import { formsOfDossier, formsOfSite } from './siteForms.ts';
import { wordingOf } from './siteWording.ts';

const instruments = loadInstruments();
const phq9 = instrumentOf('phq-9', instruments);
const peg = instrumentOf('peg', instruments);
const folder = mkdtempSync(join(tmpdir(), 'idiograph-forms-'));
const access = { purpose: 'care', actor: 'test' } as const;
const at = '2026-03-10T09:15:00Z';
let store: Store;

beforeAll(async () => {
  store = await openStore({ engine: 'sqlite', directory: join(folder, 'data') });
  for (const id of ['p1', 'p2'])
    await store.write([
      { kind: 'subject', id, type: 'patient', label: id, composite: id === 'p2', synthetic: true, question: 'Why?' },
    ]);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const answers = (item9: number | undefined) =>
  Object.fromEntries(
    phq9.items.flatMap(({ number }) => {
      const value = number === 9 ? item9 : 1;
      return value === undefined ? [] : [[String(number), value]];
    }),
  );

/** An official form, made for the test: texts that nobody owns. */
const questionnaire = {
  resourceType: 'Questionnaire',
  url: 'http://loinc.org/q/44249-1',
  title: 'Form of the clinic',
  language: 'de',
  copyright: 'the clinic',
  code: [{ system: 'http://loinc.org', code: '44249-1' }],
  item: [
    {
      linkId: 'group',
      item: phq9.items.map(({ number, codes }) => ({
        linkId: `/${codes[0].code}`,
        text: `Text ${number}`,
        answerOption: [
          { valueCoding: { system: 'http://loinc.org', code: 'LA6568-5', display: 'least' } },
          {
            valueCoding: {
              code: 'x',
              display: 'most',
              extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/ordinalValue', valueDecimal: 3 }],
            },
          },
        ],
      })),
    },
  ],
};

describe('a form', () => {
  it('shows topics in our own words with the range of the answers', () => {
    const form = formOf(phq9);
    expect(form).toMatchObject({ wording: 'topics', recall: '2 weeks' });
    expect(form.items).toHaveLength(9);
    expect(form.items[0].options.map(({ value }) => value)).toEqual([0, 1, 2, 3]);
    expect(formOf(peg).items[0].options).toHaveLength(11);
  });

  it('takes texts and answers of a site’s FHIR Questionnaire', () => {
    const form = formOf(phq9, wordingOf(questionnaire, 'forms/phq9.json', instruments));
    expect(form).toMatchObject({
      wording: 'site',
      display: 'Form of the clinic',
      language: 'de',
      copyright: 'the clinic',
    });
    expect(form.items[8]).toMatchObject({ number: 9, text: 'Text 9' });
    expect(form.items[0].options).toEqual([
      { value: 0, label: 'least' },
      { value: 1 },
      { value: 2 },
      { value: 3, label: 'most' },
    ]);
  });

  it('refuses a Questionnaire that lacks an item, and one of another form', () => {
    const [group] = questionnaire.item;
    const short = { ...questionnaire, item: [{ ...group, item: group.item.slice(1) }] };
    expect(wordingOf(short, 'x', instruments)).toBeUndefined();
    expect(
      wordingOf({ ...questionnaire, code: [], url: 'http://example.org/other', title: 'Other' }, 'x', instruments),
    ).toBeUndefined();
    expect(wordingOf({ resourceType: 'Questionnaire', item: 'no' }, 'x', instruments)).toBeUndefined();
  });

  it('finds the forms of a site folder and of a dossier', async () => {
    const site = join(folder, 'site');
    mkdirSync(join(site, 'forms'), { recursive: true });
    writeFileSync(join(site, 'forms', 'phq9.json'), JSON.stringify(questionnaire));
    writeFileSync(join(site, 'forms', 'broken.json'), '{');
    expect(formsOfSite(site, instruments).map(({ instrument }) => instrument)).toEqual(['phq-9']);
    expect(formsOfSite(undefined, instruments)).toEqual([]);
    expect(await formsOfDossier(store.reading(access), 'p1', [], instruments)).toEqual([]);
  });

  it('checks answers and names what is unanswered', () => {
    expect(() => checkAnswers(phq9, { '1': 4 })).toThrow(/0 to 3/);
    expect(() => checkAnswers(phq9, { '10': 0 })).toThrow(/no item 10/);
    expect(() => instrumentOf('none', instruments)).toThrow(/no questionnaire none/);
    expect(unanswered(phq9, answers(undefined))).toEqual([9]);
  });
});

describe('what must be shown at once', () => {
  it('is said for each positive answer, and more for a stronger one', () => {
    const [one] = escalations(phq9, answers(1), at);
    const [three] = escalations(phq9, answers(3), at);
    expect(one).toMatchObject({ check: 'suicidality', urgency: 'now' });
    expect(one.action).toMatch(/today/i);
    expect(three.action).not.toBe(one.action);
  });

  it('an unanswered item is not a no; a zero raises nothing', () => {
    expect(escalations(phq9, answers(undefined), at)).toMatchObject([{ urgency: 'open' }]);
    expect(escalations(phq9, answers(0), at)).toEqual([]);
    expect(escalations(peg, { '1': 10 }, at)).toEqual([]);
  });
});

describe('drafts', () => {
  let drafts: Drafts;
  const key = { subject: 'p1', instrument: 'phq-9', account: 'a1' };
  const given = { answers: { '1': 2 }, filledBy: 'patient' as const, basedOn: 0, at };

  it('survive a restart, one for each account', async () => {
    drafts = await openDrafts(join(folder, 'server'));
    expect(await drafts.save(key, given)).toMatchObject({ version: 1, answers: { '1': 2 } });
    await drafts.save({ ...key, account: 'a2' }, { ...given, filledBy: 'clinician' });
    await drafts.close();
    drafts = await openDrafts(join(folder, 'server'));
    expect(await drafts.get(key)).toMatchObject({
      version: 1,
      filledBy: 'patient',
      answers: { '1': 2 },
      startedAt: at,
    });
    expect(await drafts.list('p1', 'a1')).toHaveLength(1);
  });

  it('a tab that saves on top of an older version is told what is saved', async () => {
    await drafts.save(key, { ...given, answers: { '1': 3 }, basedOn: 1 });
    const late = drafts.save(key, { ...given, answers: { '1': 0 }, basedOn: 1 });
    await expect(late).rejects.toMatchObject({
      code: 'conflict',
      fields: { draft: { version: 2, answers: { '1': 3 } } },
    });
    const both = await Promise.allSettled(
      [0, 1].map((value) => drafts.save(key, { ...given, answers: { '1': value }, basedOn: 2 })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('go when they are discarded and when the person is gone', async () => {
    await drafts.discard(key);
    expect(await drafts.get(key)).toBeUndefined();
    await expect(drafts.save(key, { ...given, basedOn: 3 })).rejects.toThrow(/completed or discarded/);
    expect(await drafts.keepOnly(['p2'])).toBe(1);
    expect(await drafts.list('p1', 'a2')).toEqual([]);
    await drafts.close();
  });
});

it.each([
  'p1',
  'p2',
])('a completed form of %s is a source, becomes findings, and why leads back to it', async (subject) => {
  const source = await keepResponse(
    store,
    subject,
    phq9,
    { answers: answers(2), filledBy: 'patient', account: 'dr-one', at },
    access,
  );
  await workup(store, subject, { access, clock: () => at });
  const reader = store.reading(access);
  const dossier = await reader.dossier(subject);
  expect(dossier.subject).toMatchObject({ label: subject, question: 'Why?' });
  expect(await reader.subjects()).toHaveLength(2);
  expect(dossier.sources).toMatchObject([
    {
      id: source,
      format: 'fhir',
      modality: 'answers',
      metadata: { filledBy: 'patient', account: 'dr-one', unanswered: [] },
    },
  ]);
  const value = (code: string) => dossier.findings.find(({ measure }) => measure.code === code)?.value;
  expect(value('phq-9.total')).toMatchObject({ value: 10 });
  expect(value('phq-9.item-9')).toMatchObject({ value: 2 });
  const item9 = dossier.findings.find(({ measure }) => measure.code === 'phq-9.item-9')!;
  expect(whyText(await why(reader, item9.id))).toContain('filled in by the patient in the workspace');
});

it('a form with gaps is kept as it is: missing items stay missing', async () => {
  const some = { '1': 10, '3': 4 };
  await keepResponse(store, 'p1', peg, { answers: some, filledBy: 'clinician', account: 'dr-one', at }, access);
  await workup(store, 'p1', { access, clock: () => at });
  const found = (await store.reading(access).dossier('p1')).findings.find(({ measure }) => measure.code === 'peg.mean');
  expect(found?.value).toMatchObject({ type: 'refused' });
});
