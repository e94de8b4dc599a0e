/** Reads FHIR written in a test the way an import does. */
import { Fact } from '../../dossier/fact.ts';
import { type Draft, defaultLimits } from '../format.ts';
import { fileOf } from '../testing.ts';
import { fhirFormat } from './format.ts';

export interface ReadFhir {
  drafts: Draft[];
  /** Issue codes: of refused files, of reading, of assembling. */
  codes: string[];
}

/** Files by name -> drafts. A value that is no text is written as JSON. */
export async function readFhir(files: Record<string, unknown>): Promise<ReadFhir> {
  const codes: string[] = [];
  const pieces: Parameters<typeof fhirFormat.assemble>[0] = [];
  for (const [path, content] of Object.entries(files)) {
    const bytes = typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content);
    const read = await fhirFormat.read(fileOf(path, bytes), defaultLimits);
    if ('refused' in read) codes.push(read.refused.code);
    else {
      codes.push(...read.issues.map((one) => one.code));
      pieces.push({ path, piece: read.piece });
    }
  }
  const { drafts, issues } = fhirFormat.assemble(pieces);
  return { drafts, codes: [...codes, ...issues.map((one) => one.code)] };
}

/** Facts of one resource; throws when one of them is not what the dossier takes. */
export async function factsOf(resource: unknown): Promise<Draft['facts']> {
  const { drafts } = await readFhir({ 'resource.json': resource });
  return drafts
    .flatMap((draft) => draft.facts)
    .map((fact) => {
      Fact.parse({ kind: 'fact', id: 'fact-1', subject: 's1', source: 'src-1', ...fact });
      return fact;
    });
}
