import { type Code, DateTime } from '../../../dossier/code.ts';
import type { FactStatus, FactValue } from '../../../dossier/fact.ts';
import { type Issue, issue } from '../../../dossier/issue.ts';
import {
  codesOfConcept,
  dateOf,
  lateralityOf,
  mainAndOthers,
  modifierIssues,
  periodOf,
  quantityValue,
} from '../datatypes.ts';
import { child, children, type Element, flag, number, text } from '../json.ts';
import type { FactDraft, ResourceReader } from './reader.ts';

const unnamed: Code = { system: 'text', code: 'unnamed', display: 'not named in the source' };
/** LOINC pregnancy status, as found and as reported: such an observation is a fact of type `pregnancy`. */
const pregnancyCodes = new Set(['82810-3', '11449-6']);

const statuses: Record<string, FactStatus> = {
  final: 'completed',
  amended: 'completed',
  corrected: 'completed',
  preliminary: 'completed',
  registered: 'planned',
  cancelled: 'entered-in-error',
  'entered-in-error': 'entered-in-error',
};

/** value[x] of an Observation or of a component; undefined when there is none that the dossier can carry. */
export function statedValue(of: Element): FactValue | undefined {
  const quantity = quantityValue(child(of, 'valueQuantity'));
  if (quantity) return quantity;
  const integer = number(of, 'valueInteger');
  if (integer !== undefined) return { type: 'quantity', value: integer, unit: '1' };
  const [code] = codesOfConcept(child(of, 'valueCodeableConcept'));
  if (code) return code.system === 'text' ? { type: 'text', text: code.display } : { type: 'code', code };
  const string = text(of, 'valueString');
  if (string !== undefined) return { type: 'text', text: string };
  const boolean = flag(of, 'valueBoolean');
  if (boolean !== undefined) return { type: 'text', text: boolean ? 'yes' : 'no' };
  const date = DateTime.safeParse(of['valueDateTime']);
  if (date.success) return { type: 'date', date: date.data };
  return otherValue(of);
}

function otherValue(of: Element): FactValue | undefined {
  const range = child(of, 'valueRange');
  if (range) {
    const [low, high] = [quantityValue(child(range, 'low')), quantityValue(child(range, 'high'))];
    if (low || high) {
      return { type: 'text', text: `${low?.value ?? ''} to ${high?.value ?? ''} ${low?.unit ?? high?.unit}`.trim() };
    }
  }
  const ratio = child(of, 'valueRatio');
  const [above, below] = [quantityValue(child(ratio, 'numerator')), quantityValue(child(ratio, 'denominator'))];
  if (above && below) return { type: 'text', text: `${above.value} ${above.unit} : ${below.value} ${below.unit}` };
  const time = text(of, 'valueTime');
  return time === undefined ? undefined : { type: 'text', text: time };
}

/** The first reference range that is for everybody or says `normal`; FHIR lets a source give several. */
function referenceRangeOf(of: Element): FactDraft['referenceRange'] {
  const ranges = children(of, 'referenceRange');
  const range = ranges.find((one) => codesOfConcept(child(one, 'type'))[0]?.code === 'normal') ?? ranges[0];
  const low = number(child(range, 'low'), 'value');
  const high = number(child(range, 'high'), 'value');
  const words = text(range, 'text');
  if (low === undefined && high === undefined && words === undefined) return undefined;
  return {
    ...(low === undefined ? {} : { low }),
    ...(high === undefined ? {} : { high }),
    ...(words === undefined ? {} : { text: words }),
  };
}

function emptyIssue(of: Element, place: string): Issue {
  const reason = codesOfConcept(child(of, 'dataAbsentReason'))[0]?.display;
  return issue('info', 'value-absent', `No value is given${reason ? `: ${reason}` : ''}.`, {
    place,
    remedy: 'Ask the laboratory or the ward for the result.',
  });
}

/**
 * A laboratory value, vital sign or survey score. Components that are all numbers (blood pressure) stay together as
 * one fact; other components become facts of their own. https://hl7.org/fhir/R4/observation.html
 */
export const readObservation: ResourceReader = (resource, place) => {
  const issues = modifierIssues(resource, place);
  const stated = text(resource, 'status') ?? '';
  if (stated === 'preliminary') {
    issues.push(
      issue('warning', 'result-preliminary', 'The result is preliminary.', {
        place,
        remedy: 'Look for the final result.',
      }),
    );
  }
  if (stated === 'cancelled')
    issues.push(issue('info', 'result-cancelled', 'The source cancelled this result.', { place }));
  const period = periodOf(resource, 'effectivePeriod', issues, place);
  const at =
    dateOf(resource, 'effectiveDateTime', issues, place) ?? dateOf(resource, 'effectiveInstant', issues, place);
  const issued = dateOf(resource, 'issued', issues, place);
  const laterality = lateralityOf(children(resource, 'bodySite'));
  const bodySite = children(resource, 'bodySite').flatMap((site) => codesOfConcept(site));
  const shared = {
    ...((at ?? period?.start) ? { at: at ?? period?.start } : {}),
    ...(period ? { period } : {}),
    ...(issued ? { statedAt: issued } : {}),
    status: statuses[stated] ?? 'unknown',
    isEvent: false,
    ...(laterality ? { laterality } : {}),
    ...(bodySite.length > 0 ? { bodySite } : {}),
  } as const;

  const codes = codesOfConcept(child(resource, 'code'));
  const components = children(resource, 'component');
  const numeric = components.length > 0 ? numericComponents(components) : undefined;
  const own = statedValue(resource);
  const facts: FactDraft[] = [];
  const asked = codes.some(({ system, code }) => system === 'LOINC' && pregnancyCodes.has(code));
  const value: FactValue | undefined =
    own ?? (numeric && numeric.length > 0 ? { type: 'components', components: numeric } : undefined);
  if (value === undefined && components.length === 0 && children(resource, 'hasMember').length === 0) {
    issues.push(emptyIssue(resource, place));
  }
  if (value !== undefined || components.length === 0) {
    facts.push({
      place,
      type: asked ? 'pregnancy' : 'observation',
      ...mainAndOthers(codes, unnamed),
      ...(value ? { value } : {}),
      ...shared,
      ...rangeAndFlags(resource),
      issues,
    });
  }
  if (own !== undefined || numeric === undefined) {
    components.forEach((component, index) => {
      facts.push(componentFact(component, `${place}.component[${index}]`, shared, facts.length === 0 ? issues : []));
    });
  }
  return facts;
};

function rangeAndFlags(of: Element): Pick<FactDraft, 'referenceRange' | 'interpretation'> {
  const referenceRange = referenceRangeOf(of);
  const interpretation = children(of, 'interpretation').flatMap((concept) => codesOfConcept(concept).slice(0, 1));
  return { ...(referenceRange ? { referenceRange } : {}), ...(interpretation.length > 0 ? { interpretation } : {}) };
}

/** All components as numbers, or undefined when one of them is something else. */
function numericComponents(components: Element[]): { code: Code; value: number; unit: string }[] | undefined {
  const read = components.map((component) => {
    const value = statedValue(component);
    const [code] = codesOfConcept(child(component, 'code'));
    return value?.type === 'quantity' && code && !value.comparator
      ? { code, value: value.value, unit: value.unit }
      : undefined;
  });
  return read.every((one) => one !== undefined) ? read : undefined;
}

function componentFact(
  component: Element,
  place: string,
  shared: Pick<FactDraft, 'at' | 'period' | 'statedAt' | 'status' | 'isEvent' | 'laterality'>,
  issues: Issue[],
): FactDraft {
  const value = statedValue(component);
  return {
    place,
    type: 'observation',
    ...mainAndOthers(codesOfConcept(child(component, 'code')), unnamed),
    ...(value ? { value } : {}),
    ...shared,
    ...rangeAndFlags(component),
    issues: value ? [...issues] : [...issues, emptyIssue(component, place)],
  };
}
