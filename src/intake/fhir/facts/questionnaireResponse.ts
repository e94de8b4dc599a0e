import type { Code } from '../../../dossier/code.ts';
import type { Answer, FactStatus, FactValue } from '../../../dossier/fact.ts';
import { type Issue, issue } from '../../../dossier/issue.ts';
import { codeOfCoding, dateOf, modifierIssues } from '../datatypes.ts';
import { bareLinkId, type Calculated, calculate, type FormItem, formItems } from '../forms/form.ts';
import { child, children, type Element, flag, number, text } from '../json.ts';
import type { ResourceReader } from './reader.ts';

type Response = Extract<FactValue, { type: 'response' }>;

const statuses: Record<string, FactStatus> = {
  completed: 'completed',
  amended: 'completed',
  'in-progress': 'active',
  stopped: 'stopped',
  'entered-in-error': 'entered-in-error',
};

/** Extensions in which a form states the number behind an answer. */
const ordinal = new Set([
  'http://hl7.org/fhir/StructureDefinition/ordinalValue',
  'http://hl7.org/fhir/StructureDefinition/iso21090-CO-value',
  'http://hl7.org/fhir/StructureDefinition/itemWeight',
]);
const maximumNesting = 32;

/** True for a LOINC number with its right check digit (mod 10, as for LOINC part numbers and answer codes). */
export function isLoinc(word: string): boolean {
  const match = /^(\d{1,7})-(\d)$/.exec(word);
  if (!match) return false;
  let sum = 0;
  [...match[1]!].reverse().forEach((digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  });
  return (10 - (sum % 10)) % 10 === Number(match[2]);
}

/**
 * Answers to one form at one time, flattened in the order of the form. Numbers are taken only where the source states
 * one (value or ordinal extension); an answer code stays a code, to be resolved by the instrument.
 * https://hl7.org/fhir/R4/questionnaireresponse.html
 */
export const readQuestionnaireResponse: ResourceReader = (resource, place, reading) => {
  const issues = modifierIssues(resource, place);
  const canonical = text(resource, 'questionnaire');
  const questionnaire = canonical ? reading.resolve({ reference: canonical }) : undefined;
  const items = questionnaire ? formItems(questionnaire) : [];
  const byLinkId = new Map(items.map((item) => [bareLinkId(item.linkId), item]));
  const answers: Answer[] = [];
  collectAnswers(resource, answers, byLinkId, 0);
  if (questionnaire)
    answers.push(...calculatedAnswers(calculate(questionnaire, items, resource), answers, issues, place));
  const at = dateOf(resource, 'authored', issues, place);
  if (at === undefined) {
    issues.push(
      issue('warning', 'answers-undated', 'The answers carry no date; they are read as if they were given today.', {
        place: `${place}.authored`,
        remedy: 'Find out when the form was answered.',
      }),
    );
  }
  const status = statuses[text(resource, 'status') ?? ''] ?? 'unknown';
  if (status === 'active' || status === 'stopped') {
    issues.push(issue('warning', 'answers-incomplete', 'The form was not finished.', { place }));
  }
  const instrument = instrumentOf(canonical, questionnaire);
  return [
    {
      place,
      type: 'response',
      code: instrument,
      value: {
        type: 'response',
        instrument,
        answers,
        ...(questionnaire ? { form: formOf(questionnaire, items) } : {}),
      },
      ...(at ? { at, statedAt: at } : {}),
      status,
      isEvent: false,
      issues,
    },
  ];
};

function instrumentOf(canonical: string | undefined, questionnaire: Element | undefined): Code {
  const coded = children(questionnaire, 'code').map((coding) => codeOfCoding(coding))[0];
  if (coded) return coded;
  if (canonical) {
    return {
      system: 'questionnaire',
      code: canonical,
      display: text(questionnaire, 'title') ?? text(questionnaire, 'name') ?? canonical,
    };
  }
  return { system: 'unstated', code: 'unstated', display: 'questionnaire not named in the source' };
}

/** The form without its words: whoever scores the answers holds order and number of its items against the instrument. */
function formOf(questionnaire: Element, items: readonly FormItem[]): NonNullable<Response['form']> {
  const url = text(questionnaire, 'url');
  const version = text(questionnaire, 'version');
  return {
    ...(url ? { url } : {}),
    ...(version ? { version } : {}),
    items: items.filter(({ asked }) => asked).map(({ linkId, code }) => ({ item: linkId, ...(code ? { code } : {}) })),
  };
}

/**
 * What the form's own expressions come to. Where the response states such a number too, the two must agree; where it does
 * not, the computed one is added, marked as such, to be held against our own score.
 */
function calculatedAnswers(
  computed: readonly Calculated[],
  answers: readonly Answer[],
  issues: Issue[],
  place: string,
): Answer[] {
  return computed.flatMap(({ item, value, failed }): Answer[] => {
    const where = `${place}.item ${item.linkId}`;
    if (failed !== undefined) {
      const message = `The scoring expression of the form was not used: ${failed}.`;
      issues.push(issue('info', 'expression-not-used', message, { place: where }));
      return [];
    }
    const stated = answers.find((one) => bareLinkId(one.item) === bareLinkId(item.linkId))?.value;
    if (value === undefined) return [];
    if (stated === undefined)
      return [{ item: item.linkId, ...(item.code ? { code: item.code } : {}), value, calculated: true }];
    if (Math.abs(stated - value) > 0.005) {
      const message = `The response states ${stated}, the scoring expression of its own form gives ${value}.`;
      const remedy = 'Check the form and the program that filled it in.';
      issues.push(issue('warning', 'form-total-differs', message, { place: where, remedy }));
    }
    return [];
  });
}

function collectAnswers(of: Element, into: Answer[], form: ReadonlyMap<string, FormItem>, depth: number): void {
  if (depth > maximumNesting) return;
  for (const item of children(of, 'item')) {
    const linkId = text(item, 'linkId') ?? 'unstated';
    const bare = bareLinkId(linkId);
    const asked = form.get(bare);
    const code = asked?.code ?? (isLoinc(bare) ? { system: 'LOINC', code: bare, display: bare } : undefined);
    for (const answer of children(item, 'answer')) {
      const read = readAnswer(answer, asked);
      if (read) into.push({ item: linkId, ...(code ? { code } : {}), ...read });
      collectAnswers(answer, into, form, depth + 1);
    }
    collectAnswers(item, into, form, depth + 1);
  }
}

/** An answer code takes its number from the answer, else from the form that it answers. */
function readAnswer(answer: Element, asked: FormItem | undefined): Omit<Answer, 'item' | 'code'> | undefined {
  const coding = child(answer, 'valueCoding');
  if (coding) {
    const answerCode = codeOfCoding(coding);
    const value =
      [...children(coding, 'extension'), ...children(answer, 'extension')]
        .filter((extension) => ordinal.has(text(extension, 'url') ?? ''))
        .map((extension) => number(extension, 'valueDecimal') ?? number(extension, 'valueInteger'))
        .find((one) => one !== undefined) ??
      (answerCode && asked?.weights.get(`${answerCode.system}|${answerCode.code}`));
    return { ...(answerCode ? { answerCode } : {}), ...(value === undefined ? {} : { value }) };
  }
  const value =
    number(answer, 'valueInteger') ?? number(answer, 'valueDecimal') ?? number(child(answer, 'valueQuantity'), 'value');
  if (value !== undefined) return { value };
  const words =
    text(answer, 'valueString') ??
    text(answer, 'valueDate') ??
    text(answer, 'valueDateTime') ??
    (flag(answer, 'valueBoolean') === undefined ? undefined : flag(answer, 'valueBoolean') ? 'yes' : 'no');
  return words === undefined ? undefined : { text: words };
}
