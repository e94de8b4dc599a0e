import type { Identifier, Reference, Resource } from '@medplum/fhirtypes';
import { sha256 } from '../dossier/canonical.ts';

/** System under which ids of the dossier stand in `identifier`: they lead back to `idiograph why ID`. */
const idSystem = 'urn:idiograph:id';

/** A UUID (version 8, RFC 9562: vendor specific) that follows from a dossier id, so that equal dossiers give equal bundles. */
export function uuidOf(id: string): string {
  const hex = sha256(`idiograph fhir ${id}`).slice(0, 32).split('');
  hex[12] = '8';
  hex[16] = '89ab'[Number.parseInt(hex[16]!, 16) % 4]!;
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}

export function urnOf(id: string): string {
  return `urn:uuid:${uuidOf(id)}`;
}

export function identifierOf(id: string): Identifier {
  return { system: idSystem, value: id };
}

/** The resource that stands for a record of the dossier: its type and its address in the bundle. */
export interface Link {
  type: Resource['resourceType'];
  urn: string;
}

/** By dossier id. References to anything else are by identifier only. */
export type Links = ReadonlyMap<string, Link>;

/**
 * A reference to a record of the dossier: literal where the bundle holds its resource and the element may point to that
 * type, by identifier otherwise (facts, records that were not exported).
 */
export function referenceTo(
  id: string,
  links: Links,
  allowed: readonly Resource['resourceType'][] | 'any' = 'any',
): Pick<Reference, 'reference' | 'identifier'> {
  const link = links.get(id);
  if (link && (allowed === 'any' || allowed.includes(link.type))) return { reference: link.urn };
  return { identifier: identifierOf(id) };
}
