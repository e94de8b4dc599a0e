import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fact } from '../../dossier/fact.ts';
import { type Draft, defaultLimits } from '../format.ts';
import { fileOf } from '../testing.ts';
import { hl7v2Format } from './format.ts';

const msh = 'MSH|^~\\&|LAB|H|||20261101120000+0100||ORU^R01|1|P|2.5';
const pid = 'PID|1||77^^^H^MR~88^^^X^SS||One^Test^B||19800506|F';

async function read(content: string | Uint8Array): Promise<{ drafts: Draft[]; codes: string[] }> {
  const one = await hl7v2Format.read(fileOf('a.hl7', content), defaultLimits);
  if ('refused' in one) return { drafts: [], codes: [one.refused.code] };
  const { drafts } = hl7v2Format.assemble([{ path: 'a.hl7', piece: one.piece }]);
  for (const fact of drafts.flatMap((draft) => draft.facts)) {
    Fact.parse({ kind: 'fact', id: 'f', subject: 's', source: 'x', ...fact });
  }
  return { drafts, codes: one.issues.map((issue) => issue.code) };
}

const message = (...segments: string[]) => read([msh, pid, ...segments].join('\r'));
const results = async (...segments: string[]) =>
  (await message(...segments)).drafts[0]!.facts.filter((fact) => fact.type === 'observation');
const sniff = (text: string) => hl7v2Format.sniff(Buffer.from(text), { bytes: 1, path: 'x' });

describe('hl7v2Format.sniff', () => {
  it('knows headers with and without mark, frame and batch, and nothing else', () => {
    expect([`\uFEFF${msh}`, `\u000b${msh}`, 'FHS|^~\\&|', 'BHS|^~\\&|', 'MSH#!@$%#'].map(sniff)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(['MSHA', 'PID|1', 'MSH a b c', ''].map(sniff)).toEqual([false, false, false, false]);
  });
});

describe('patients', () => {
  it('claims the medical record number with its issuer, whatever ends the lines', async () => {
    for (const end of ['\r', '\n', '\r\n', '\r\n\r\n']) {
      const { drafts } = await read(`\uFEFF${[msh, pid].join(end)}${end}`);
      expect(drafts[0]!.claim).toEqual({
        system: 'hl7v2:PID-3:H',
        value: '77',
        name: 'Test B One',
        birthDate: '1980-05-06',
        sex: 'female',
      });
    }
  });

  it('keeps two patients of a batch apart and joins two messages of one', async () => {
    const other = pid.replace('77', '99');
    const obx = 'OBX|1|NM|718-7^Hb^LN||12|g/dL|||||F';
    const { drafts } = await read(['FHS|^~\\&|', msh, pid, obx, msh, other, obx, msh, pid, obx].join('\n'));
    expect(drafts.map((draft) => [draft.claim?.value, draft.facts.length])).toEqual([
      ['77', 4],
      ['99', 3],
    ]);
  });

  it('warns when nobody is named and when two numbers were merged', async () => {
    const { drafts } = await read([msh, 'OBX|1|NM|718-7^Hb^LN||12|g/dL|||||F'].join('\r'));
    expect(drafts[0]).not.toHaveProperty('claim');
    expect(drafts[0]!.source.issues.map((one) => one.code)).toEqual(['patient-missing']);
    const merged = await message('MRG|56^^^H^MR');
    expect(merged.drafts[0]!.source.issues.map((one) => one.code)).toEqual(['identity-merged']);
  });
});

describe('results', () => {
  it('reads number, unit, range, flag, status and the time of the specimen', async () => {
    const [fact] = await results(
      'OBR|1|||24317-0^Panel^LN|||20261031|||||||||||||||20261101||F',
      'OBX|1|NM|718-7^Hb^LN^HB^Local^L||12.5|g/dL|13 to 18|L~A|||F|||20261101063000+0100',
    );
    expect(fact).toEqual({
      place: 'line 4 (OBX|1)',
      type: 'observation',
      code: { system: 'LOINC', code: '718-7', display: 'Hb' },
      codes: [{ system: 'hl7v2:L', code: 'HB', display: 'Local' }],
      at: '2026-11-01T06:30:00+01:00',
      statedAt: '2026-11-01',
      status: 'completed',
      isEvent: false,
      value: { type: 'quantity', value: 12.5, unit: 'g/dL' },
      referenceRange: { low: 13, high: 18, text: '13 to 18' },
      interpretation: [expect.objectContaining({ code: 'L' }), expect.objectContaining({ code: 'A' })],
      issues: [],
    });
    const [inherited] = await results('OBR|1|||24317-0^Panel^LN|||20261031', 'OBX|1|NM|718-7^Hb^LN||12||||||F');
    expect(inherited!.at).toBe('2026-10-31');
  });

  it('reads each type of value', async () => {
    const value = async (type: string, field: string, unit = '') =>
      (await results(`OBX|1|${type}|x^X^L||${field}|${unit}|||||F`))[0]?.value;
    expect(await value('SN', '>^100', 'mg/dl')).toEqual({
      type: 'quantity',
      value: 100,
      unit: 'mg/dl',
      comparator: '>',
    });
    expect(await value('SN', '^182', 'mg/dl')).toEqual({ type: 'quantity', value: 182, unit: 'mg/dl' });
    expect(await value('SN', '^1^:^128')).toEqual({ type: 'text', text: '1:128' });
    expect(await value('CWE', '260415000^not detected^SCT^^^^^^None seen')).toMatchObject({
      type: 'code',
      code: { system: 'SNOMED', code: '260415000' },
    });
    expect(await value('CE', '^Many')).toEqual({ type: 'text', text: 'Many' });
    expect(await value('ST', 'positive')).toEqual({ type: 'text', text: 'positive' });
    expect(await value('ST', '5.4', 'mmol/L')).toEqual({ type: 'quantity', value: 5.4, unit: 'mmol/L' });
    expect(await value('NM', '<5', 'mg')).toEqual({ type: 'text', text: '<5' });
    expect(await value('NM', '4,06')).toEqual({ type: 'text', text: '4,06' });
    expect(await value('DT', '20261101')).toEqual({ type: 'date', date: '2026-11-01' });
    expect(await value('TX', 'a \\T\\ b\\.br\\c \\X41\\ \\Zx\\')).toEqual({ type: 'text', text: 'a & b\nc A \\Zx\\' });
    expect(await value('NM', '""')).toBeUndefined();
  });

  it('keeps repetitions apart and says what is absent or preliminary', async () => {
    const twice = await results('OBX|1|NM|x^X^L||60~120|/min|||||F');
    expect(twice.map((fact) => [fact.place, fact.value])).toEqual([
      ['line 3 (OBX|1), value 1', { type: 'quantity', value: 60, unit: '/min' }],
      ['line 3 (OBX|1), value 2', { type: 'quantity', value: 120, unit: '/min' }],
    ]);
    const codes = async (segment: string) => (await results(segment))[0]!.issues.map((one) => one.code);
    expect(await codes('OBX|1|NM|x^X^L||||||||I')).toEqual(['value-absent']);
    expect(await codes('OBX|1|NM|x^X^L||5||||||P')).toEqual(['result-preliminary']);
    expect((await results('OBX|1|NM|x^X^L||5||||||W'))[0]!.status).toBe('entered-in-error');
  });

  it('reads limits only in the forms of the standard', async () => {
    const range = async (text: string) => (await results(`OBX|1|NM|x^X^L||5||${text}||||F`))[0]!.referenceRange;
    expect(await range('-2.5-3')).toEqual({ low: -2.5, high: 3, text: '-2.5-3' });
    expect(await range('>=60')).toEqual({ low: 60, text: '>=60' });
    expect(await range('<5')).toEqual({ high: 5, text: '<5' });
    expect(await range('70_105')).toEqual({ text: '70_105' });
    expect(await range('9-3')).toEqual({ text: '9-3' });
    expect(await range('')).toBeUndefined();
  });

  it('keeps documents in the source', async () => {
    const { drafts } = await message('OBX|1|ED|x^Report^L||^application^pdf^Base64^AAAA||||||F');
    expect(drafts[0]!.facts.filter((fact) => fact.type === 'observation')).toEqual([]);
    expect(drafts[0]!.source.issues.map((one) => one.code)).toEqual(['document-kept']);
  });
});

describe('other statements', () => {
  const one = async (type: string, ...segments: string[]) =>
    (await message(...segments)).drafts[0]!.facts.find((fact) => fact.type === type);

  it('reads diagnoses, problems, allergies, procedures and visits', async () => {
    expect(await one('diagnosis', 'DG1|1|I9|71596^Osteoarthrosis^I9|||A')).toMatchObject({
      code: { system: 'ICD-9-CM', code: '71596' },
      issues: [{ code: 'not-confirmed' }],
    });
    expect(await one('diagnosis', 'PRB|AD|20040629|596.5^Bladder^I9|1|||20040601')).toMatchObject({
      statedAt: '2004-06-29',
      period: { start: '2004-06-01' },
      status: 'active',
    });
    expect(await one('allergy', 'AL1|1|DA|P^PENICILLIN^L|SV|rash~fever|20210824')).toMatchObject({
      value: { text: 'rash, fever' },
      period: { start: '2021-08-24' },
    });
    expect(await one('procedure', 'PR1|1||76164006^Biopsy^SCT||20261001')).toMatchObject({
      at: '2026-10-01',
      isEvent: true,
      code: { system: 'SNOMED' },
    });
    expect(await one('encounter', `PV1|1|I${'|'.repeat(42)}20261001|20261005`)).toMatchObject({
      code: { display: 'inpatient' },
      status: 'completed',
      period: { start: '2026-10-01', end: '2026-10-05' },
    });
  });

  it('reads pharmacy orders with dose, times a day and whether they still stand', async () => {
    const order = (control: string) =>
      one(
        'medication',
        `ORC|${control}||||||||20261001`,
        'TQ1|1||BID||||20261001',
        'RXE||10689^tramadol^RXNORM|50||mg^milligram^UCUM',
      );
    expect(await order('NW')).toMatchObject({
      code: { system: 'RxNorm', code: '10689' },
      status: 'active',
      statedAt: '2026-10-01',
      value: { dose: { value: 50, unit: 'mg' }, perDay: 2 },
    });
    expect((await order('DC'))!.status).toBe('stopped');
    expect(await order('HD')).toMatchObject({ status: 'unknown', issues: [{ code: 'medication-on-hold' }] });
    expect(await one('medication', 'RXA|0|1|20261002||10689^tramadol^RXNORM|50|mg|||||||||||||RE')).toMatchObject({
      isEvent: true,
      status: 'stopped',
    });
    expect((await one('medication', 'ORC|NW', 'RXE||x^Drug^L|1|2|mg'))!.issues.map((issue) => issue.code)).toEqual([
      'dose-range',
    ]);
  });
});

describe('bad input', () => {
  it('refuses by name', async () => {
    expect((await read('PID|1||77')).codes).toEqual(['hl7-no-message']);
    expect((await read('MSH|||||')).codes).toEqual(['hl7-header-invalid']);
    expect((await read(`${msh}||||||ISO IR87`)).codes).toEqual(['charset-unsupported']);
  });

  it('reads the stated character set, and says when it had to guess', async () => {
    const latin = (header: string) => Buffer.from([header, 'PID|1||77||M\u00fcller^T'].join('\r'), 'latin1');
    const stated = await read(latin(`${msh}||||||8859/1`));
    expect([stated.drafts[0]!.claim?.name, stated.codes]).toEqual(['T M\u00fcller', []]);
    const guessed = await read(latin(msh));
    expect([guessed.drafts[0]!.claim?.name, guessed.codes]).toEqual(['T M\u00fcller', ['charset-guessed']]);
  });

  it('leaves out times that do not exist and keeps the rest', async () => {
    const [fact] = await results('OBX|1|NM|x^X^L||5||||||F|||20261332');
    expect(fact).not.toHaveProperty('at');
    expect(fact!.issues.map((one) => one.code)).toEqual(['date-invalid']);
  });

  it('never throws and never makes an invalid fact, whatever stands in the fields', async () => {
    const field = fc.stringMatching(/^[A-Za-z0-9^~&\\.<>\-"]{0,12}$/);
    const segment = fc.tuple(
      fc.constantFrom(
        'PID',
        'OBX',
        'OBR',
        'ORC',
        'RXE',
        'RXO',
        'RXA',
        'RXD',
        'TQ1',
        'AL1',
        'DG1',
        'PRB',
        'PR1',
        'PV1',
        'MRG',
        'ZZZ',
        '',
      ),
      fc.array(field, { maxLength: 25 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 8 }), async (segments) => {
        await read([msh, ...segments.map(([name, fields]) => [name, ...fields].join('|'))].join('\r'));
      }),
      { numRuns: 150, seed: 11 },
    );
  });
});
