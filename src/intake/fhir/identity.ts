import { systemName } from '../../dossier/codeSystems.ts';
import { type IdentityClaim, Sex } from '../../dossier/subject.ts';
import { realDate } from './datatypes.ts';
import { child, children, type Element, text } from './json.ts';
import type { Located } from './references.ts';

/**
 * What a Patient resource says about who it is. The medical record number comes first, then the first identifier in
 * use that names its issuer, then the resource id.
 */
export function claimOfPatient({ resource, fullUrl }: Located): IdentityClaim {
  const identifiers = children(resource, 'identifier').filter(
    (one) => text(one, 'value') && text(one, 'use') !== 'old',
  );
  const typeCode = (one: Element) => children(child(one, 'type'), 'coding').map((coding) => text(coding, 'code'));
  const chosen =
    identifiers.find((one) => typeCode(one).includes('MR') && text(one, 'system')) ??
    identifiers.find((one) => text(one, 'system')) ??
    identifiers[0];
  const name = nameOf(resource);
  const birthDate = realDate(resource['birthDate']);
  const sex = Sex.safeParse(resource['gender']);
  return {
    system: chosen ? `fhir:${systemName(text(chosen, 'system') ?? 'unstated')}` : 'fhir:Patient',
    value: chosen ? text(chosen, 'value')! : (text(resource, 'id') ?? fullUrl ?? 'unnamed'),
    ...(name ? { name } : {}),
    ...(birthDate ? { birthDate } : {}),
    ...(sex.success ? { sex: sex.data } : {}),
  };
}

function nameOf(resource: Element): string | undefined {
  const names = children(resource, 'name').filter((one) => text(one, 'use') !== 'old');
  const name = names.find((one) => text(one, 'use') === 'official') ?? names[0];
  if (!name) return undefined;
  const given = Array.isArray(name['given']) ? name['given'].filter((part) => typeof part === 'string') : [];
  return text(name, 'text') ?? ([...given, text(name, 'family')].filter(Boolean).join(' ') || undefined);
}

/** True when the record says of itself that no person stands behind it (HL7 `HTEST`, or our own tag). */
export function saysItIsTestData(resource: Element): boolean {
  const meta = child(resource, 'meta');
  return [...children(meta, 'tag'), ...children(meta, 'security')].some((coding) =>
    ['HTEST', 'synthetic'].includes(text(coding, 'code') ?? ''),
  );
}
