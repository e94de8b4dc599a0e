/** A Questionnaire as far as reading its responses needs it: order of items, codes, weights, expressions. Never a text. */
import type { Code } from '../../../dossier/code.ts';
import { systemName } from '../../../dossier/codeSystems.ts';
import { child, children, type Element, number, text } from '../json.ts';
import { evaluate, FhirPathError, newBudget } from './fhirPath/evaluate.ts';

export interface FormItem {
  linkId: string;
  code?: Code;
  /** Weight of each answer code, where the form states one: its ordinal value, whatever the answer is called. */
  weights: Map<string, number>;
  expressions: Expression[];
  /** Computed by an expression; nobody answers it. */
  calculated?: string;
  /** Asked: neither a group nor a text nor computed nor hidden. */
  asked: boolean;
}

interface Expression {
  name: string;
  expression: string;
}

const sdc = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/';
const core = 'http://hl7.org/fhir/StructureDefinition/';
const weightUrls = new Set([`${core}ordinalValue`, `${core}itemWeight`, `${core}iso21090-CO-value`]);
const deepest = 32;
const mostItems = 2_000;

/** The items of a form in its order, groups opened. */
export function formItems(questionnaire: Element): FormItem[] {
  const found: FormItem[] = [];
  collect(questionnaire, variablesOf(questionnaire), found, questionnaire, 0);
  return found;
}

function collect(of: Element, above: Expression[], into: FormItem[], questionnaire: Element, depth: number): void {
  if (depth > deepest) return;
  for (const item of children(of, 'item')) {
    if (into.length >= mostItems) return;
    const linkId = text(item, 'linkId');
    const own = variablesOf(item);
    const expressions = own.length === 0 ? above : [...above, ...own];
    if (linkId) {
      const coding = children(item, 'code').find((one) => text(one, 'code'));
      const code = coding && text(coding, 'code')!;
      const calculated = expressionOf(item, `${sdc}sdc-questionnaire-calculatedExpression`);
      const type = text(item, 'type');
      const hidden = children(item, 'extension').some(
        (one) => text(one, 'url') === `${core}questionnaire-hidden` && one['valueBoolean'] === true,
      );
      into.push({
        linkId,
        ...(code ? { code: { system: systemName(text(coding, 'system') ?? 'unstated'), code, display: code } } : {}),
        weights: weightsOf(item, questionnaire),
        expressions,
        ...(calculated ? { calculated } : {}),
        asked:
          type !== 'group' && type !== 'display' && calculated === undefined && !hidden && item['readOnly'] !== true,
      });
    }
    collect(item, expressions, into, questionnaire, depth + 1);
  }
}

function variablesOf(of: Element): Expression[] {
  return children(of, 'extension')
    .filter((one) => text(one, 'url') === `${core}variable`)
    .map((one) => child(one, 'valueExpression'))
    .flatMap((one) => {
      const name = text(one, 'name');
      const expression = text(one, 'expression');
      return name && expression ? [{ name, expression }] : [];
    });
}

function expressionOf(item: Element, url: string): string | undefined {
  const found = children(item, 'extension').find((one) => text(one, 'url') === url);
  const value = child(found, 'valueExpression');
  return text(value, 'language') === 'text/fhirpath' ? text(value, 'expression') : undefined;
}

/** Weights of options, and of the concepts of a value set that the form contains. */
function weightsOf(item: Element, questionnaire: Element): Map<string, number> {
  const weights = new Map<string, number>();
  for (const option of children(item, 'answerOption')) {
    const coding = child(option, 'valueCoding');
    keep(coding, [...children(option, 'extension'), ...children(coding, 'extension')]);
  }
  const valueSet = text(item, 'answerValueSet');
  if (valueSet?.startsWith('#')) {
    const contained = children(questionnaire, 'contained').find((one) => text(one, 'id') === valueSet.slice(1));
    for (const include of children(child(contained, 'compose'), 'include'))
      for (const concept of children(include, 'concept'))
        keep({ ...concept, system: include['system'] }, children(concept, 'extension'));
    for (const concept of children(child(contained, 'expansion'), 'contains'))
      keep(concept, children(concept, 'extension'));
  }
  return weights;

  function keep(coding: Element | undefined, extensions: Element[]): void {
    const code = text(coding, 'code');
    const weight = extensions
      .filter((one) => weightUrls.has(text(one, 'url') ?? ''))
      .map((one) => number(one, 'valueDecimal') ?? number(one, 'valueInteger'))
      .find((one) => one !== undefined);
    if (code && weight !== undefined)
      weights.set(`${systemName(text(coding, 'system') ?? 'unstated')}|${code}`, weight);
  }
}

/** Last part of a link id, without a slash before it: some exporters write `/44250-9` in the form and `44250-9` in the response. */
export function bareLinkId(linkId: string): string {
  return linkId.replace(/^\/+/, '').split('/').at(-1)!;
}

/** What a computed item comes to: a number, nothing, or why it could not be computed. */
export interface Calculated {
  item: FormItem;
  value?: number;
  failed?: string;
}

/** Runs the scoring expressions of a form over one response. The link ids of the response are taken for those of the form. */
export function calculate(questionnaire: Element, items: readonly FormItem[], response: Element): Calculated[] {
  const allowed = newBudget();
  const spelled = new Map(items.map(({ linkId }) => [bareLinkId(linkId), linkId]));
  const resource = withLinkIds(response, spelled, 0);
  return items.flatMap((item): Calculated[] => {
    if (item.calculated === undefined) return [];
    try {
      const variables = new Map<string, unknown[]>([
        ['resource', [resource]],
        ['context', [resource]],
        ['questionnaire', [questionnaire]],
        ['ucum', ['http://unitsofmeasure.org']],
        ['loinc', ['http://loinc.org']],
      ]);
      for (const { name, expression } of item.expressions)
        variables.set(name, evaluate(expression, [resource], variables, allowed));
      const [value, ...more] = evaluate(item.calculated, [resource], variables, allowed);
      if (more.length > 0) return [{ item, failed: 'the expression gives several values' }];
      return [{ item, ...(typeof value === 'number' && Number.isFinite(value) ? { value } : {}) }];
    } catch (error) {
      if (error instanceof FhirPathError) return [{ item, failed: error.message }];
      throw error;
    }
  });
}

function withLinkIds(of: Element, spelled: ReadonlyMap<string, string>, depth: number): Element {
  if (depth > deepest) return of;
  const linkId = text(of, 'linkId');
  const inner = (key: 'item' | 'answer') =>
    of[key] === undefined ? {} : { [key]: children(of, key).map((one) => withLinkIds(one, spelled, depth + 1)) };
  return {
    ...of,
    ...(linkId ? { linkId: spelled.get(bareLinkId(linkId)) ?? linkId } : {}),
    ...inner('item'),
    ...inner('answer'),
  };
}
