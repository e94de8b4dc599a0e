import type { Issue } from '../dossier/issue.ts';
import type { IdentityClaim } from '../dossier/subject.ts';

/** What one import did for one subject. */
export interface SubjectReport {
  subject: string;
  label: string;
  /** False when the store knew the subject before. */
  created: boolean;
  composite: boolean;
  synthetic: boolean;
  claims: IdentityClaim[];
  /** Ids of sources that are new, that were there already, and that a newer one replaced. */
  added: string[];
  duplicates: string[];
  superseded: string[];
  facts: number;
  regions: number;
  issues: Issue[];
}

/** What became of one file. */
export type FileReport =
  | { path: string; format: string; sources: string[] }
  | { path: string; refused: Issue }
  | { path: string; ignored: Issue };

export interface ImportReport {
  subjects: SubjectReport[];
  /** Every file that was met, archive members included, in the order of the walk. */
  files: FileReport[];
  /** Issues that belong to no subject. */
  issues: Issue[];
}
