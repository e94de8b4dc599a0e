/**
 * Short names under which facts and findings carry code systems, and the URIs that FHIR R4 wants for them.
 * The first URI of a name is the one that is written; the others are only read. Source: FHIR R4 terminologies-systems,
 * HL7 v2 table 0396.
 */
const systems: readonly { name: string; uris: readonly string[]; v2: readonly string[] }[] = [
  { name: 'LOINC', uris: ['http://loinc.org', 'urn:oid:2.16.840.1.113883.6.1'], v2: ['LN'] },
  { name: 'SNOMED', uris: ['http://snomed.info/sct', 'urn:oid:2.16.840.1.113883.6.96'], v2: ['SCT', 'SNM'] },
  {
    name: 'RxNorm',
    uris: ['http://www.nlm.nih.gov/research/umls/rxnorm', 'urn:oid:2.16.840.1.113883.6.88'],
    v2: ['RXNORM'],
  },
  { name: 'ATC', uris: ['http://www.whocc.no/atc', 'urn:oid:2.16.840.1.113883.6.73'], v2: ['ATC'] },
  { name: 'NDC', uris: ['http://hl7.org/fhir/sid/ndc', 'urn:oid:2.16.840.1.113883.6.69'], v2: ['NDC'] },
  { name: 'UCUM', uris: ['http://unitsofmeasure.org'], v2: ['UCUM'] },
  { name: 'ICD-10', uris: ['http://hl7.org/fhir/sid/icd-10'], v2: ['I10'] },
  { name: 'ICD-10-CM', uris: ['http://hl7.org/fhir/sid/icd-10-cm'], v2: ['I10C'] },
  { name: 'ICD-9-CM', uris: ['http://hl7.org/fhir/sid/icd-9-cm'], v2: ['I9', 'I9C', 'I9CM'] },
  { name: 'ICD-11', uris: ['http://id.who.int/icd/release/11/mms'], v2: [] },
  { name: 'CPT', uris: ['http://www.ama-assn.org/go/cpt'], v2: ['C4'] },
  { name: 'HGNC', uris: ['http://www.genenames.org'], v2: ['HGNC'] },
  { name: 'DICOM', uris: ['http://dicom.nema.org/resources/ontology/DCM'], v2: ['DCM'] },
  { name: 'RadLex', uris: ['http://www.radlex.org'], v2: ['RADLEX'] },
];

const byUri = new Map(systems.flatMap(({ name, uris }) => uris.map((uri) => [uri, name] as const)));
const byV2 = new Map(systems.flatMap(({ name, v2 }) => v2.map((id) => [id, name] as const)));
const byName = new Map(systems.map(({ name, uris }) => [name, uris[0]!] as const));

/** Short name of a FHIR system URI; the URI itself where we have no name for it. */
export function systemName(uri: string): string {
  return byUri.get(uri) ?? uri;
}

/** Short name of an HL7 v2 coding system id (table 0396); `hl7v2:<id>` where we have no name for it. */
export function systemNameOfV2(id: string): string {
  return byV2.get(id.toUpperCase()) ?? `hl7v2:${id}`;
}

/** URI to write for a short name; names that are URIs already pass; local ones become `urn:idiograph:<name>`. */
export function systemUri(name: string): string {
  const known = byName.get(name);
  if (known) return known;
  if (name === 'idiograph') return 'urn:idiograph:code';
  return /^[a-z][a-z0-9+.-]*:/.test(name) && !name.startsWith('hl7v2:')
    ? name
    : `urn:idiograph:${name.replace(/[^A-Za-z0-9._-]+/g, '-')}`;
}
