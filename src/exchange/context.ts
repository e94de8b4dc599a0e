import type { Device, Group, Meta, Patient, Reference } from '@medplum/fhirtypes';
import { roomOfAnalysis } from '../dossier/rooms.ts';
import type { Run } from '../dossier/run.ts';
import type { Links } from './identifiers.ts';

/** What every resource of one bundle shares. */
export interface ExportContext {
  links: Links;
  subject: Reference<Patient | Group | Device>;
  /** A subject that is a person: only then do Flag and GuidanceResponse have somebody to be about. */
  isPatient: boolean;
  device: Reference<Device>;
  meta: Meta | undefined;
  /** `SYNTHETIC ...`, `COMPOSITE ...`: the first lines of every text. */
  labels: string[];
  runs: ReadonlyMap<string, Run>;
}

/** `brain`, `genomics`, `psychosocial`, ... by the run that made a finding, else by the words of its method. */
export function roomOf(context: ExportContext, record: { run: string; method: string }): string {
  const analysis = context.runs.get(record.run)?.key.analysis ?? record.method;
  return roomOfAnalysis(analysis);
}
