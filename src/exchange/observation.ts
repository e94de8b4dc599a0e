/** A finding as an Observation. https://hl7.org/fhir/R4/observation.html */
import type { CodeableConcept, Observation, ObservationComponent, ObservationReferenceRange } from '@medplum/fhirtypes';
import type { Code } from '../dossier/code.ts';
import type { Finding, Value } from '../dossier/finding.ts';
import { roomNamed } from '../dossier/rooms.ts';
import { type ExportContext, roomOf } from './context.ts';
import { codingOf, conceptOf, dateTimeOf, narrativeOf, plainText, quantityOf } from './datatypes.ts';
import { identifierOf, referenceTo, uuidOf } from './identifiers.ts';

/** Systems of a site that is a gene or an allele. */
const genetic = new Set(['HGNC', 'HLA']);
/** Systems of a site that is a score, a variant, a problem, a question: what the finding is about, no part of a body. */
const notAnatomical = new Set([
  'PGS Catalog',
  'ClinVar',
  'variant',
  'tumour',
  'red-flag',
  'sensory-modality',
  'pain-problem',
  'ICD-11',
  'diary',
  'item-bank',
  'lab',
  'vital',
  'interaction',
  'indication',
  'condition',
  'problem',
]);
/** Measures whose category is another than that of their room. */
const categories: readonly (readonly [RegExp, string])[] = [
  [/^(?:lab$|lab-|egfr-|creatinine-clearance-)/, 'laboratory'],
  [/^vital$/, 'vital-signs'],
];
/** Codes of a drug are what the finding is about, never what was measured. */
const aboutSystems = new Set(['ATC', 'RxNorm', 'NDC']);
/** What plan rules and profiles read; the finding itself says the same in words. */
const forRules = /^(guidance-|domain$|interaction-row$)/;
const derivable = [
  'DocumentReference',
  'ImagingStudy',
  'Media',
  'QuestionnaireResponse',
  'Observation',
  'MolecularSequence',
] as const;

/**
 * The whole finding: value, what else is possible, uncertainty, norm, issues, evidence.
 * - `preliminary`, because a program computed it and no person has signed it.
 * - A set becomes one component a member, all under the measure's own code; there is no value[x], so that no reader can
 *   take one member for the answer.
 * - A refusal has dataAbsentReason and no value.
 */
export function observationOf(finding: Finding, context: ExportContext): Observation {
  const room = roomNamed(roomOf(context, finding));
  const time = dateTimeOf(finding.time);
  const standard = (finding.codes ?? []).filter(({ system }) => !aboutSystems.has(system) && !forRules.test(system));
  const components = [
    ...valueComponents(finding),
    ...aboutComponents(finding),
    ...uncertaintyComponents(finding),
    ...normComponents(finding),
  ];
  const ranges = rangesOf(finding);
  const bodySite = bodySiteOf(finding);
  const notes = notesOf(finding);
  const sources = distinct(finding.derivedFrom.map((id) => referenceTo(id, context.links, derivable)));
  return {
    resourceType: 'Observation',
    id: uuidOf(finding.id),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, `${finding.measure.display}: ${inWords(finding.value)}`, ...notes]),
    identifier: [identifierOf(finding.id)],
    status: 'preliminary',
    ...(room ? { category: [categoryOf(categoryOfMeasure(finding.measure.code) ?? room.category)] } : {}),
    code: conceptOf(finding.measure, standard),
    subject: context.subject,
    ...(time ? { effectiveDateTime: time } : {}),
    ...statedValue(finding.value, finding),
    ...(finding.norm?.band ? { interpretation: [{ text: plainText(finding.norm.band) }] } : {}),
    ...(notes.length > 0 ? { note: notes.map((text) => ({ text })) } : {}),
    ...(bodySite ? { bodySite } : {}),
    method: { text: plainText(finding.method) },
    device: context.device,
    ...(ranges.length > 0 ? { referenceRange: ranges } : {}),
    ...(sources.length > 0 ? { derivedFrom: sources } : {}),
    ...(components.length > 0 ? { component: components } : {}),
  };
}

function categoryOfMeasure(code: string): string | undefined {
  return categories.find(([pattern]) => pattern.test(code))?.[1];
}

/** Several series of one study are one reference. */
export function distinct<T>(list: readonly T[]): T[] {
  return [...new Map(list.map((one) => [JSON.stringify(one), one])).values()];
}

export function categoryOf(code: string): CodeableConcept {
  return { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code }] };
}

/** A concept of ours for components: FHIR R4 Observation has no element for it. */
function own(code: string, display: string): CodeableConcept {
  return conceptOf({ system: 'idiograph', code, display });
}

function statedValue(value: Value, finding: Finding): Partial<Observation> {
  switch (value.type) {
    case 'quantity':
      return { valueQuantity: quantityOf(value.value, value.unit) };
    case 'code':
      return { valueCodeableConcept: conceptOf(value.code) };
    case 'interval':
      return {
        valueRange: { low: quantityOf(value.low, value.unit), high: quantityOf(value.high, value.unit) },
      };
    case 'refused':
      return { dataAbsentReason: absentReason(value.reason, finding) };
    case 'series':
      return { valueString: `image series ${value.artifact}` };
    case 'set':
    case 'coordinate':
      return {};
  }
}

/** The standard's reasons are few: our own code stands beside the nearest one, the issue's sentence as text. */
function absentReason(reason: string, finding: Finding): CodeableConcept {
  const nearest = /not-answered|missing|not-tested|^no-/.test(reason) ? 'not-performed' : 'error';
  return {
    coding: [
      { system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: nearest },
      { system: 'urn:idiograph:issue', code: reason },
    ],
    text: plainText(finding.issues.find((one) => one.code === reason)?.message ?? reason),
  };
}

function valueComponents({ value, measure }: Finding): ObservationComponent[] {
  if (value.type === 'coordinate') {
    const [x, y, z] = value.xyzMm;
    return [
      ...(
        [
          ['x', x],
          ['y', y],
          ['z', z],
        ] as const
      ).map(([axis, mm]) => ({
        code: own(`coordinate-${axis}`, `${axis} in ${value.frame}`),
        valueQuantity: quantityOf(mm, 'mm'),
      })),
      { code: own('coordinate-frame', 'coordinate frame'), valueString: plainText(value.frame) },
    ];
  }
  if (value.type !== 'set') return [];
  return value.members.flatMap((member, index) => {
    const of = `possible value ${index + 1} of ${value.members.length}`;
    const code = { ...conceptOf(measure), text: `${measure.display}, ${of}` };
    const one: ObservationComponent =
      member.value.type === 'quantity'
        ? { code, valueQuantity: quantityOf(member.value.value, member.value.unit) }
        : { code, valueCodeableConcept: conceptOf(member.value.code) };
    if (member.weight === undefined) return [one];
    return [one, { code: own('weight', `weight of ${of}`), valueQuantity: quantityOf(member.weight, '1') }];
  });
}

/** Gene, drug or region that the finding is about. Anatomical sites stand in bodySite. */
function aboutComponents(finding: Finding): ObservationComponent[] {
  const { site, codes = [], region } = finding;
  const components: ObservationComponent[] = [];
  if (site && genetic.has(site.system)) {
    const code = { coding: [codingOf({ system: 'LOINC', code: '48018-6', display: 'Gene studied [ID]' })] };
    components.push({ code, valueCodeableConcept: conceptOf(site) });
  }
  if (site?.system === 'drug') {
    const drug = codes.filter(({ system }) => aboutSystems.has(system));
    components.push({ code: own('drug', 'Drug'), valueCodeableConcept: conceptOf(site, drug) });
  }
  if (site && notAnatomical.has(site.system)) {
    components.push({ code: own('about', 'What it is about'), valueCodeableConcept: conceptOf(site) });
  }
  if (region) components.push({ code: own('region', 'Region'), valueString: region });
  return components;
}

function bodySiteOf({ site, laterality }: Finding): CodeableConcept | undefined {
  const other = site && (genetic.has(site.system) || notAnatomical.has(site.system) || site.system === 'drug');
  const anatomical = other ? undefined : site;
  const side: Record<string, Code> = {
    left: { system: 'SNOMED', code: '7771000', display: 'Left' },
    right: { system: 'SNOMED', code: '24028007', display: 'Right' },
    both: { system: 'SNOMED', code: '51440002', display: 'Right and left' },
  };
  const sided = laterality ? side[laterality] : undefined;
  if (!anatomical) return sided && { coding: [codingOf(sided)], text: sided.display };
  const concept = conceptOf(anatomical, sided ? [sided] : []);
  return sided ? { ...concept, text: `${sided.display} ${anatomical.display}` } : concept;
}

function uncertaintyComponents({ uncertainty, value }: Finding): ObservationComponent[] {
  if (!uncertainty) return [];
  const unit = value.type === 'quantity' || value.type === 'interval' ? value.unit : '1';
  const { type, low, high, level } = uncertainty;
  const words = `${type.replace(/-/g, ' ')}${level === undefined ? '' : ` at ${level * 100} %`}, ${uncertainty.source}`;
  const code = own(type, plainText(words));
  if (low !== undefined || high !== undefined) {
    return [
      {
        code,
        valueRange: {
          ...(low === undefined ? {} : { low: quantityOf(low, unit) }),
          ...(high === undefined ? {} : { high: quantityOf(high, unit) }),
        },
      },
    ];
  }
  return uncertainty.value === undefined ? [] : [{ code, valueQuantity: quantityOf(uncertainty.value, unit) }];
}

function normComponents({ norm }: Finding): ObservationComponent[] {
  return [
    ...(norm?.z === undefined
      ? []
      : [{ code: own('z-score', `z-score against ${norm.display}`), valueQuantity: quantityOf(norm.z, '1') }]),
    ...(norm?.centile === undefined
      ? []
      : [{ code: own('centile', `centile of ${norm.display}`), valueQuantity: quantityOf(norm.centile, '1') }]),
  ];
}

/** Bands of the reference; none of them is called normal. */
function rangesOf({ norm, value }: Finding): ObservationReferenceRange[] {
  const unit = value.type === 'quantity' || value.type === 'interval' ? value.unit : '1';
  return (norm?.bands ?? []).map((band) => ({
    low: quantityOf(band.from, unit),
    high: quantityOf(band.to, unit),
    text: plainText(`${band.label} (${norm!.display}; ${norm!.source})`),
  }));
}

function notesOf(finding: Finding): string[] {
  const { value, norm, issues, reader, evidence = [] } = finding;
  return [
    ...(reader === undefined ? [] : [`Reader: ${reader}.`]),
    ...(value.type === 'set' ? [`All of these are possible${value.reason ? `: ${value.reason}` : ''}.`] : []),
    ...(norm?.refused ? [`Reference ${norm.display} not applied: ${norm.refused}`] : []),
    ...issues.map((one) => `${one.severity}, ${one.code}: ${one.message}${one.remedy ? ` ${one.remedy}` : ''}`),
    ...evidence.map((one) => `evidence: ${one.place}${one.says ? ` says ${one.says}` : ''} (${one.of})`),
  ].map(plainText);
}

/** A value as a person reads it. */
export function inWords(value: Value): string {
  switch (value.type) {
    case 'quantity':
      return `${value.value} ${value.unit}`;
    case 'code':
      return value.code.display;
    case 'set':
      return value.members.map((member) => inWords(member.value)).join(' or ');
    case 'interval':
      return `${value.low} to ${value.high} ${value.unit}`;
    case 'coordinate':
      return `${value.xyzMm.join(', ')} mm in ${value.frame}`;
    case 'series':
      return `image series ${value.artifact}`;
    case 'refused':
      return `not given (${value.reason})`;
  }
}
