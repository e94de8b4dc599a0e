import { evalFhirPath } from '@medplum/core';
import { describe, expect, it } from 'vitest';
import { evaluate, FhirPathError, newBudget } from './evaluate.ts';

const ordinal = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';
const answer = (linkId: string, value: number) => ({
  linkId,
  answer: [{ valueCoding: { code: `LA${value}`, extension: [{ url: ordinal, valueDecimal: value }] } }],
});
const response = {
  resourceType: 'QuestionnaireResponse',
  item: [
    { ...answer('/a', 1) },
    { linkId: 'g', item: [answer('b', 2), answer('c', 3), { linkId: 'd', answer: [{ valueInteger: 4 }] }] },
    { linkId: 'e' },
  ],
};
const run = (expression: string, variables: Record<string, unknown> = {}): unknown[] =>
  evaluate(
    expression,
    [response],
    new Map<string, unknown[]>([
      ['resource', [response]],
      ...Object.entries(variables).map(([key, value]): [string, unknown[]] => [key, [value]]),
    ]),
  );

describe('evaluate', () => {
  it.each([
    "QuestionnaireResponse.item.where(linkId = '/a').answer.valueCoding.code",
    "item.item.where(linkId = 'd').answer.value + 2 * 3 - 1",
    'item.count() > 2 and item.item.exists()',
    "item.item.where(linkId = 'x').answer.value.exists() or false",
    'iif(item.item.empty(), 0, item.item.count())',
    '{} | item.linkId | item.linkId',
    "item[1].item.answer.valueCoding.extension.where(url = 'http://hl7.org/fhir/StructureDefinition/ordinalValue').valueDecimal",
    'item.item.answer.valueInteger.first() div 3',
    '-3 + 10 mod 4',
    '(1 | 2 | 3).where($this > 1).select($this * 2)',
    "'a' + 'b' & {}",
    'true xor false implies false',
    "item.all(linkId != 'z')",
    "'/a' in item.linkId",
    '(3.456).round(1)',
    '10 / 4 >= 2.5',
  ])('agrees with an independent evaluator: %s', (expression) => {
    const ours = (() => {
      try {
        return run(expression);
      } catch (error) {
        return error instanceof FhirPathError ? 'refused' : 'thrown';
      }
    })();
    const theirs = (() => {
      try {
        return evalFhirPath(expression, response);
      } catch {
        return 'refused';
      }
    })();
    expect(ours).toEqual(theirs);
  });

  it('sums weights as SDC defines them, and aggregates', () => {
    expect(run('%resource.item.repeat(item).answer.weight().sum()')).toEqual([5]);
    expect(run('%resource.item.item.answer.value.weight().sum()')).toEqual([9]);
    expect(run('item.item.answer.value.ordinal().aggregate($total + $this, 0)')).toEqual([9]);
    expect(run('item.item.answer.value.ordinal().avg()')).toEqual([3]);
    expect(run('%a + %b', { a: 2, b: 3 })).toEqual([5]);
    expect(run("%resource.descendants().where(linkId = 'd').answer.value")).toEqual([4]);
  });

  it('refuses what it does not know, reads no clock and tries no pattern', () => {
    for (const wrong of [
      'now()',
      "linkId.matches('(a+)+$')",
      '%unknown',
      '1 +',
      "item.where(linkId = 'a'",
      'item ? 1',
      '1 2',
      'item.item + 1',
    ]) {
      expect(() => run(wrong), wrong).toThrow(FhirPathError);
    }
  });

  it('stops an expression that costs too much, and one that is nested without end', () => {
    const many = { item: Array.from({ length: 300 }, (_, index) => ({ linkId: String(index) })) };
    const nested = '%r.item.select(%r.item.select(%r.item.select(%r.item.count())))';
    const started = performance.now();
    expect(() => evaluate(nested, [many], new Map([['r', [many]]]))).toThrow(/too many steps/);
    expect(() => run(`${'('.repeat(500)}1${')'.repeat(500)}`)).toThrow(/too deep/);
    expect(() => run('1 '.repeat(20_000))).toThrow(/too long/);
    expect(() => run('item.repeat($this)')).toThrow(/too many steps/);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('holds what variables make of each other to one budget, in values and in length of text', () => {
    const variables = new Map<string, unknown[]>([['v', [1, 2, 3, 4]]]);
    const grow = (expression: string) => () => {
      const budget = newBudget();
      for (let times = 0; times < 40; times++) variables.set('v', evaluate(expression, [response], variables, budget));
    };
    expect(grow('%v.combine(%v)')).toThrow(/too many steps/);
    variables.set(
      'v',
      Array.from({ length: 20_000 }, (_, index) => index),
    );
    for (const squared of ['%v.select(%v)', '%v.select(19999) in %v'])
      expect(() => evaluate(squared, [response], variables), squared).toThrow(/too many steps/);
    variables.set('v', ['0123456789abcdef']);
    expect(grow('%v & %v')).toThrow(/text that is too long/);
  });

  it('refuses a function without what it takes, and none of JavaScript', () => {
    for (const wrong of ['item.select()', 'item.skip()', 'iif()', 'item.aggregate()', 'item.combine()', 'power()'])
      expect(() => run(wrong), wrong).toThrow(/lacks/);
    for (const wrong of ['hasOwnProperty()', 'constructor(1)', 'valueOf()', '__proto__()'])
      expect(() => run(wrong), wrong).toThrow(/not supported/);
    expect(run('%resource.toString')).toEqual([]);
    expect(run('%resource.hasOwnProperty.count()')).toEqual([0]);
  });

  it('goes through rows of thousands of signs, terms and steps', () => {
    expect(run(`${'-'.repeat(19_001)}1`)).toEqual([-1]);
    expect(run(`1${'+1'.repeat(9_000)}`)).toEqual([9_001]);
    expect(run(`%resource${'.item'.repeat(3_000)}`)).toEqual([]);
  });

  it('makes a number of a text only where it is one', () => {
    expect(run("''.toInteger() | ' '.toDecimal() | '0x10'.toInteger() | '1e3'.toDecimal()")).toEqual([]);
    expect(run("'12'.toInteger() | '-1.5'.toDecimal() | true.toInteger() | 2.5.toInteger()")).toEqual([12, -1.5, 1]);
  });
});
