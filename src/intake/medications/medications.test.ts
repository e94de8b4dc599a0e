import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../format.ts';
import { fileOf } from '../testing.ts';
import { medicationColumns } from './columns.ts';
import { medicationsFormat } from './format.ts';

async function draftsOf(text: string) {
  const read = await medicationsFormat.read(fileOf('list.csv', text), defaultLimits);
  if ('refused' in read) throw new Error(read.refused.message);
  return medicationsFormat.assemble([{ path: 'list.csv', piece: read.piece }]).drafts;
}

async function factOf(header: string, row: string) {
  const [draft] = await draftsOf(`${header}\n${row}\n`);
  return draft!.facts[0]!;
}

it('turns a row into a medication with dose, times, state and date', async () => {
  const fact = await factOf(
    'Medication,RxNorm,dose,unit,per day,status,date',
    'Tramadol,10689,50,mg,4,active,2026-11-01',
  );
  expect(fact).toMatchObject({
    place: 'line 2',
    type: 'medication',
    code: { system: 'RxNorm', code: '10689', display: 'Tramadol' },
    value: { dose: { value: 50, unit: 'mg' }, perDay: 4, text: 'Tramadol' },
    statedAt: '2026-11-01',
    status: 'active',
    issues: [],
  });
});

describe('what a list leaves open', () => {
  it.each([
    ['drug,status', 'codeine,prn', { status: 'active', value: { asNeeded: true } }, []],
    [
      'drug,dose',
      'codeine,30 mg',
      { status: 'active', value: { dose: { value: 30, unit: 'mg' } } },
      ['medication-status-unstated'],
    ],
    ['drug,end', 'codeine,2025-01-01', { status: 'stopped', period: { end: '2025-01-01' } }, []],
    ['drug,status', 'codeine,perhaps', { status: 'unknown' }, ['medication-status-unknown']],
    ['drug,dose,status', 'codeine,a lot,active', { status: 'active' }, ['dose-unreadable']],
    ['drug,dose,status', 'codeine,30,active', { status: 'active' }, ['dose-unreadable']],
    ['drug,perDay,status', 'codeine,900,active', { status: 'active' }, ['dose-unreadable']],
    ['drug,date,status', 'codeine,03/04/2021,active', { status: 'active' }, ['medication-date-unreadable']],
    ['drug,rxnorm,status', 'codeine,abc,active', { code: { system: 'text', code: 'codeine' } }, ['code-unreadable']],
    ['rxnorm,status', '2670,active', { code: { system: 'RxNorm', code: '2670' } }, []],
    [
      'drug,otc,stop reason,response,status',
      'ibuprofen,yes,nausea,good,stopped',
      { value: { overTheCounter: true, stopReason: 'nausea', response: 'good' } },
      [],
    ],
    ['drug,status', 'ibuprofen,OTC', { status: 'active', value: { overTheCounter: true } }, []],
    ['drug,dose,frequency,status', 'morphine,60 mg,twice daily,active', { value: { perDay: 2 } }, []],
    ['drug,dose,frequency,status', 'morphine,60 mg,every 6 hours,active', { value: { perDay: 4 } }, []],
    ['drug,dose,frequency,status', 'morphine,60 mg,BID,active', { value: { perDay: 2 } }, []],
    ['drug,dose,freq,status', 'morphine,60 mg,3 times a day,active', { value: { perDay: 3 } }, []],
    ['drug,dose,frequency,status', 'morphine,60 mg,nightly,active', { value: { perDay: 1 } }, []],
    ['drug,dose,frequency,status', 'morphine,60 mg,when needed,active', {}, ['dose-unreadable']],
    ['drug,dose,frequency,status', 'morphine,-60 mg,0,active', {}, ['dose-unreadable', 'dose-unreadable']],
    ['drug,dose,unit,status', 'codeine,1e9,mg,active', { status: 'active' }, ['dose-implausible']],
    ['atc,status', 'n02ax02,active', { code: { system: 'ATC', code: 'N02AX02' } }, []],
  ])('%s: %s', async (header, row, expected, codes) => {
    const fact = await factOf(header, row);
    expect(fact).toMatchObject(expected);
    expect(fact.issues.map(({ code }) => code)).toEqual(codes);
  });

  it('an empty list is not a statement that nothing is taken', async () => {
    const [draft] = await draftsOf('drug,dose\n,\n');
    expect(draft!.facts).toEqual([]);
    expect(draft!.source.issues.map(({ code }) => code)).toEqual(['medications-empty']);
  });

  it('is read beside columns that nobody understands, which are named', async () => {
    const [draft] = await draftsOf('drug,dose,route,prescriber\ncodeine,30 mg,oral,x\n');
    expect(draft!.facts).toHaveLength(1);
    expect(draft!.source.issues.map(({ code, message, place }) => [code, message, place])).toEqual([
      ['medication-column-unread', expect.stringContaining('"route"'), 'list.csv'],
      ['medication-column-unread', expect.stringContaining('"prescriber"'), 'list.csv'],
    ]);
  });

  it('each patient of a list is a source', async () => {
    const drafts = await draftsOf('patient,drug\nA,codeine\nB,tramadol\nA,ibuprofen\n');
    expect(drafts.map(({ claim, facts }) => [claim?.value, facts.length])).toEqual([
      ['A', 2],
      ['B', 1],
    ]);
  });
});

it.each([
  ['name', false],
  ['name,status', false],
  ['name,dose', true],
  ['drug', true],
  ['drug,price', false],
  ['drug,dose,route', true],
  ['ingredient,dose,calories', false],
  ['gene,drug,recommendation', false],
  ['drug,medication', false],
  ['dose,unit', false],
  ['RxCUI', true],
])('columns %s are a medication list: %s', (header, is) => {
  expect(medicationColumns(header.split(',')) !== undefined).toBe(is);
});
