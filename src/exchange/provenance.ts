/** One run as Provenance: what it made, from what, with which knowledge. https://hl7.org/fhir/R4/provenance.html */
import type { Provenance, ProvenanceEntity } from '@medplum/fhirtypes';
import type { Run } from '../dossier/run.ts';
import type { ExportContext } from './context.ts';
import { instantOf, narrativeOf, plainText } from './datatypes.ts';
import { identifierOf, referenceTo, uuidOf } from './identifiers.ts';

export function provenanceOf(run: Run, context: ExportContext): Provenance {
  const made = [...run.findings, ...run.artifacts].filter((id) => context.links.has(id)).sort();
  const inputs = [...run.key.inputs].sort();
  const { analysis, version, runtime } = run.key;
  const entity: ProvenanceEntity[] = [
    ...inputs.map((id) => ({ role: 'source' as const, what: referenceTo(id, context.links) })),
    ...run.key.consulted.map((one) => ({
      role: 'source' as const,
      what: {
        identifier: { system: 'urn:idiograph:sha256', value: one.sha256 },
        display: plainText(`${one.type} ${one.id} ${one.version}, ${one.licence}`),
      },
    })),
  ];
  return {
    resourceType: 'Provenance',
    id: uuidOf(run.id),
    ...(context.meta ? { meta: context.meta } : {}),
    text: narrativeOf([...context.labels, `${analysis} ${version}${runtime ? ` on ${runtime}` : ''}: ${run.title}`]),
    target: made.length > 0 ? made.map((id) => referenceTo(id, context.links)) : [context.subject],
    recorded: instantOf(run.startedAt),
    activity: { text: plainText(`${analysis} ${version}`) },
    agent: [
      {
        type: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'assembler' }],
        },
        who: context.device,
      },
    ],
    entity: [
      ...entity,
      {
        role: 'source',
        what: { identifier: identifierOf(run.id), display: plainText(`options ${JSON.stringify(run.key.options)}`) },
      },
    ],
  };
}
