import type { Code } from '../../../dossier/code.ts';
import { systemName } from '../../../dossier/codeSystems.ts';
import type { Answer, FactStatus } from '../../../dossier/fact.ts';
import { issue } from '../../../dossier/issue.ts';
import { codeOfCoding, dateOf, modifierIssues } from '../datatypes.ts';
import { child, children, type Element, flag, number, text } from '../json.ts';
import type { ResourceReader } from './reader.ts';

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
  const itemCodes = new Map<string, Code>();
  if (questionnaire) collectItemCodes(questionnaire, itemCodes, 0);
  const answers: Answer[] = [];
  collectAnswers(resource, answers, itemCodes, 0);
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
      value: { type: 'response', instrument, answers },
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

function collectItemCodes(of: Element, into: Map<string, Code>, depth: number): void {
  if (depth > maximumNesting) return;
  for (const item of children(of, 'item')) {
    const linkId = text(item, 'linkId');
    // Only the code: the wording of an item belongs to whoever owns the form.
    const coding = children(item, 'code').find((one) => text(one, 'code'));
    if (linkId && coding) {
      const code = text(coding, 'code')!;
      into.set(linkId, { system: systemName(text(coding, 'system') ?? 'unstated'), code, display: code });
    }
    collectItemCodes(item, into, depth + 1);
  }
}

function collectAnswers(of: Element, into: Answer[], itemCodes: Map<string, Code>, depth: number): void {
  if (depth > maximumNesting) return;
  for (const item of children(of, 'item')) {
    const linkId = text(item, 'linkId') ?? 'unstated';
    const bare = linkId.replace(/^\/+/, '').split('/').at(-1)!;
    const code = itemCodes.get(linkId) ?? (isLoinc(bare) ? { system: 'LOINC', code: bare, display: bare } : undefined);
    for (const answer of children(item, 'answer')) {
      const read = readAnswer(answer);
      if (read) into.push({ item: linkId, ...(code ? { code } : {}), ...read });
      collectAnswers(answer, into, itemCodes, depth + 1);
    }
    collectAnswers(item, into, itemCodes, depth + 1);
  }
}

function readAnswer(answer: Element): Omit<Answer, 'item' | 'code'> | undefined {
  const coding = child(answer, 'valueCoding');
  if (coding) {
    const answerCode = codeOfCoding(coding);
    const value = [...children(coding, 'extension'), ...children(answer, 'extension')]
      .filter((extension) => ordinal.has(text(extension, 'url') ?? ''))
      .map((extension) => number(extension, 'valueDecimal') ?? number(extension, 'valueInteger'))
      .find((one) => one !== undefined);
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
