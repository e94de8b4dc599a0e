import { describe, expect, it } from 'vitest';
import { readFhir } from '../testing.ts';

const ordinal = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';
const sdc = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression';
const option = (code: string, weight: number) => ({
  valueCoding: { system: 'http://example.org/answers', code, display: 'wording that belongs to somebody' },
  extension: [{ url: ordinal, valueDecimal: weight }],
});
const form = (more: object = {}) => ({
  resourceType: 'Questionnaire',
  url: 'http://example.org/Questionnaire/gad-2',
  version: '1.0',
  item: [
    {
      linkId: 'intro',
      type: 'display',
      text: 'wording that belongs to somebody',
    },
    {
      linkId: '/69725-0',
      type: 'choice',
      code: [{ system: 'http://loinc.org', code: '69725-0' }],
      text: 'w',
      answerOption: [option('a', 0), option('b', 3)],
    },
    {
      linkId: '/68509-9',
      type: 'choice',
      code: [{ system: 'http://loinc.org', code: '68509-9' }],
      text: 'w',
      answerOption: [option('a', 0), option('b', 3)],
    },
    {
      linkId: '/total',
      type: 'decimal',
      extension: [
        {
          url: 'http://hl7.org/fhir/StructureDefinition/variable',
          valueExpression: {
            name: 'all',
            language: 'text/fhirpath',
            expression: "%resource.item.where(linkId = '/69725-0' or linkId = '/68509-9')",
          },
        },
        {
          url: sdc,
          valueExpression: {
            language: 'text/fhirpath',
            expression:
              '%questionnaire.item.where(linkId = %all.linkId.first()).answerOption.where(valueCoding.code = %all.answer.valueCoding.code.first()).weight() + 1',
          },
        },
      ],
      ...more,
    },
  ],
});
const response = (total?: number) => ({
  resourceType: 'QuestionnaireResponse',
  questionnaire: 'http://example.org/Questionnaire/gad-2|1.0',
  status: 'completed',
  authored: '2026-01-01',
  item: [
    { linkId: '69725-0', answer: [{ valueCoding: { system: 'http://example.org/answers', code: 'b' } }] },
    { linkId: '68509-9', answer: [{ valueCoding: { system: 'http://example.org/answers', code: 'a' } }] },
    ...(total === undefined ? [] : [{ linkId: 'total', answer: [{ valueDecimal: total }] }]),
  ],
});
async function factOf(questionnaire: object, answered: object) {
  const { drafts } = await readFhir({ 'q.json': questionnaire, 'r.json': answered });
  return drafts.flatMap(({ facts }) => facts)[0]!;
}

describe('a response with its form', () => {
  it('takes weights, order and expressions from the form, over link ids with and without a slash, and no wording', async () => {
    const fact = await factOf(form(), response());
    expect(fact.value).toMatchObject({
      answers: [
        { item: '69725-0', code: { code: '69725-0' }, value: 3 },
        { item: '68509-9', value: 0 },
        { item: '/total', value: 4, calculated: true },
      ],
      form: {
        url: 'http://example.org/Questionnaire/gad-2',
        version: '1.0',
        items: [{ item: '/69725-0' }, { item: '/68509-9' }],
      },
    });
    expect(fact.issues).toEqual([]);
    expect(JSON.stringify(fact)).not.toContain('wording');
  });

  it('says when the response states another total than its own form gives', async () => {
    expect((await factOf(form(), response(4))).issues).toEqual([]);
    const fact = await factOf(form(), response(5));
    expect(fact.issues).toMatchObject([{ code: 'form-total-differs', place: expect.stringContaining('/total') }]);
  });

  it('does without an expression that it cannot run', async () => {
    const broken = { extension: [{ url: sdc, valueExpression: { language: 'text/fhirpath', expression: 'now()' } }] };
    expect((await factOf(form(broken), response())).issues).toMatchObject([{ code: 'expression-not-used' }]);
    const other = { extension: [{ url: sdc, valueExpression: { language: 'text/cql', expression: 'x' } }] };
    expect((await factOf(form(other), response())).issues).toEqual([]);
  });
});
