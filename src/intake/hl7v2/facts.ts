/** Segments as facts. HL7 v2.5.1 chapters 3 (PID, AL1, DG1), 4 (RXE, RXO), 6 (PR1), 7 (OBX), 12 (PRB). */
import type { FactStatus, FactValue } from '../../dossier/fact.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Draft } from '../format.ts';
import type { Segment } from './message.ts';
import { codesOf, dateTimeOf, numberOf, referenceRangeOf, structuredNumber, unitOf } from './values.ts';

export type FactDraft = Draft['facts'][number];

/** What later segments of a group inherit from earlier ones. */
export interface Group {
  /** OBR-7 and OBR-22 of the order that results belong to. */
  obr?: Segment;
  orc?: Segment;
  tq1?: Segment;
}

const unnamed = { system: 'text', code: 'unnamed', display: 'not named in the source' };
const pregnancyCodes = new Set(['82810-3', '11449-6']);

function placeOf(segment: Segment): string {
  const set = segment.text(1);
  return `line ${segment.line} (${segment.name}${/^\d+$/.test(set) ? `|${set}` : ''})`;
}

/** Time of a field; a field that is there and is no time is an issue. */
function timeOf(segment: Segment, field: number, issues: Issue[]): string | undefined {
  const raw = segment.text(field);
  if (raw === '') return undefined;
  const time = dateTimeOf(raw);
  if (time === undefined) {
    issues.push(
      issue('warning', 'date-invalid', `${segment.name}-${field} is not a time and was left out.`, {
        place: placeOf(segment),
        remedy: 'Correct the date in the sending system.',
      }),
    );
  }
  return time;
}

function named(codes: ReturnType<typeof codesOf>): Pick<FactDraft, 'code' | 'codes'> {
  const [code = unnamed, ...others] = codes;
  return others.length > 0 ? { code, codes: others } : { code };
}

/** OBX-11, table 0085. `O` (order detail) and `X` (cannot be obtained) carry no result that counts. */
const resultStatuses: Record<string, FactStatus> = {
  F: 'completed',
  C: 'completed',
  U: 'completed',
  P: 'completed',
  S: 'completed',
  R: 'completed',
  B: 'completed',
  V: 'completed',
  A: 'completed',
  I: 'planned',
  D: 'entered-in-error',
  W: 'entered-in-error',
};

/** Results that are documents or pointers to files: kept in the source, not read as observations. */
const documentTypes = new Set(['ED', 'RP']);

/** One OBX as observations: one for each repetition of the value, one without value where none is given. */
export function readResult(obx: Segment, group: Group): FactDraft[] {
  const type = obx.text(2).toUpperCase();
  if (documentTypes.has(type)) return [];
  const issues: Issue[] = [];
  const place = placeOf(obx);
  const codes = codesOf(obx.repetitions(3)[0] ?? []);
  if (codes.length === 0) issues.push(issue('warning', 'code-missing', 'The result is not named.', { place }));
  const at = timeOf(obx, 14, issues) ?? (group.obr && timeOf(group.obr, 7, issues));
  const statedAt = group.obr && timeOf(group.obr, 22, issues);
  const unit = unitOf(obx.repetitions(6)[0]);
  const stated = obx.text(11).toUpperCase();
  if (stated === 'P' || stated === 'S' || stated === 'R') {
    issues.push(
      issue('warning', 'result-preliminary', 'The result is preliminary.', {
        place,
        remedy: 'Look for the final result.',
      }),
    );
  }
  const range = referenceRangeOf(obx.repetitions(7)[0]?.join(' ') ?? '');
  const flags = obx.repetitions(8).flatMap(([flag]) => (flag ? [interpretation(flag)] : []));
  const base = {
    type: codes.some(({ system, code }) => system === 'LOINC' && pregnancyCodes.has(code))
      ? 'pregnancy'
      : 'observation',
    ...named(codes),
    ...(at ? { at } : {}),
    ...(statedAt ? { statedAt } : {}),
    status: resultStatuses[stated] ?? 'unknown',
    isEvent: false,
    ...(range ? { referenceRange: range } : {}),
    ...(flags.length > 0 ? { interpretation: flags } : {}),
  } as const;
  const values = obx.repetitions(5);
  if (values.length === 0) {
    issues.push(
      issue('info', 'value-absent', 'No value is given.', { place, remedy: 'Ask the laboratory for the result.' }),
    );
    return [{ ...base, place, issues }];
  }
  return values.map((components, index) => {
    const own = index === 0 ? issues : [];
    const value = statedValue(type, components, unit, own, place);
    return {
      ...base,
      place: values.length === 1 ? place : `${place}, value ${index + 1}`,
      ...(value ? { value } : {}),
      issues: own,
    };
  });
}

function interpretation(flag: string): { system: string; code: string; display: string } {
  return { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: flag, display: flag };
}

function statedValue(
  type: string,
  components: readonly string[],
  unit: string,
  issues: Issue[],
  place: string,
): FactValue | undefined {
  const words = components.filter((part) => part !== '').join(' ');
  const number = numberOf(components[0] ?? '');
  switch (type) {
    case 'NM':
      if (number !== undefined) return { type: 'quantity', value: number, unit };
      issues.push(
        issue('warning', 'value-not-numeric', 'A number was announced but text was sent; it is kept as text.', {
          place,
        }),
      );
      return { type: 'text', text: words };
    case 'SN':
      return structuredNumber(components, unit);
    case 'CE':
    case 'CWE':
    case 'CNE':
    case 'CF': {
      const [code] = codesOf(components);
      if (!code) return undefined;
      return code.system === 'text' ? { type: 'text', text: code.display } : { type: 'code', code };
    }
    case 'DT':
    case 'TS':
    case 'DTM': {
      const date = dateTimeOf(components[0] ?? '');
      return date ? { type: 'date', date } : { type: 'text', text: words };
    }
    default:
      // Some laboratories send numbers as strings. With a unit beside it, it is one.
      if (type === 'ST' && number !== undefined && components.length === 1 && unit !== '1') {
        issues.push(issue('info', 'number-sent-as-text', 'The number was sent as text.', { place }));
        return { type: 'quantity', value: number, unit };
      }
      return { type: 'text', text: words };
  }
}

/** AL1: what the person does not bear. */
export function readAllergy(al1: Segment): FactDraft[] {
  const issues: Issue[] = [];
  const place = placeOf(al1);
  const codes = codesOf(al1.repetitions(3)[0] ?? []);
  if (codes.length === 0) issues.push(issue('warning', 'code-missing', 'The substance is not named.', { place }));
  const reactions = al1
    .repetitions(5)
    .map((parts) => parts[0] ?? '')
    .filter((part) => part !== '');
  const start = timeOf(al1, 6, issues);
  return [
    {
      place,
      type: 'allergy',
      ...named(codes),
      ...(reactions.length > 0 ? { value: { type: 'text', text: reactions.join(', ') } } : {}),
      ...(start ? { period: { start } } : {}),
      status: 'active',
      isEvent: false,
      issues,
    },
  ];
}

/** DG1: a diagnosis of this visit. DG1-6 tells admitting and working from final diagnoses. */
export function readDiagnosis(dg1: Segment): FactDraft[] {
  const issues: Issue[] = [];
  const place = placeOf(dg1);
  const components = [...(dg1.repetitions(3)[0] ?? [])];
  // Version 2.3 names the coding system in DG1-2 and the words in DG1-4.
  components[1] ||= dg1.text(4);
  components[2] ||= dg1.text(2);
  const codes = codesOf(components.map((part) => part ?? ''));
  if (codes.length === 0) issues.push(issue('warning', 'code-missing', 'The diagnosis is not named.', { place }));
  const kind = dg1.text(6).toUpperCase();
  if (kind !== '' && kind !== 'F') {
    const words = { A: 'admitting', W: 'working' }[kind] ?? kind;
    issues.push(issue('info', 'not-confirmed', `The source states this as ${words} diagnosis.`, { place }));
  }
  const statedAt = timeOf(dg1, 5, issues);
  return [
    {
      place,
      type: 'diagnosis',
      ...named(codes),
      ...(statedAt ? { statedAt } : {}),
      status: dg1.text(21).toUpperCase() === 'D' ? 'entered-in-error' : 'active',
      isEvent: false,
      issues,
    },
  ];
}

/** PRB: an entry of the problem list. */
export function readProblem(prb: Segment): FactDraft[] {
  const issues: Issue[] = [];
  const codes = codesOf(prb.repetitions(3)[0] ?? []);
  const start = timeOf(prb, 16, issues) ?? timeOf(prb, 7, issues);
  const end = timeOf(prb, 9, issues);
  const statedAt = timeOf(prb, 2, issues);
  const stated = [prb.text(14), prb.text(14, 2)].join(' ').toLowerCase();
  const action = prb.text(1).toUpperCase();
  return [
    {
      place: placeOf(prb),
      type: 'diagnosis',
      ...named(codes),
      ...(start || end ? { period: { ...(start ? { start } : {}), ...(end ? { end } : {}) } } : {}),
      ...(statedAt ? { statedAt } : {}),
      status: action === 'DE' ? 'entered-in-error' : end || /resolved|inactive/.test(stated) ? 'completed' : 'active',
      isEvent: false,
      issues,
    },
  ];
}

/** PR1: a procedure that was done. */
export function readProcedure(pr1: Segment): FactDraft[] {
  const issues: Issue[] = [];
  const components = [...(pr1.repetitions(3)[0] ?? [])];
  components[1] ||= pr1.text(4);
  const at = timeOf(pr1, 5, issues);
  return [
    {
      place: placeOf(pr1),
      type: 'procedure',
      ...named(codesOf(components.map((part) => part ?? ''))),
      ...(at ? { at } : {}),
      status: pr1.text(20).toUpperCase() === 'D' ? 'entered-in-error' : 'completed',
      isEvent: true,
      issues,
    },
  ];
}

const visitClasses: Record<string, string> = {
  I: 'inpatient',
  O: 'outpatient',
  E: 'emergency',
  P: 'preadmission',
  R: 'recurring',
  B: 'obstetrics',
};

/** PV1: the visit that the message is about. */
export function readVisit(pv1: Segment): FactDraft[] {
  const issues: Issue[] = [];
  const kind = pv1.text(2);
  if (kind === '') return [];
  const start = timeOf(pv1, 44, issues);
  const end = timeOf(pv1, 45, issues);
  return [
    {
      place: placeOf(pv1),
      type: 'encounter',
      code: { system: 'hl7v2:0004', code: kind, display: visitClasses[kind.toUpperCase()] ?? kind },
      ...(start ? { at: start } : {}),
      ...(start || end ? { period: { ...(start ? { start } : {}), ...(end ? { end } : {}) } } : {}),
      status: end ? 'completed' : 'active',
      isEvent: true,
      issues,
    },
  ];
}
