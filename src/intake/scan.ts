import { type Issue, issue } from '../dossier/issue.ts';
import type { Spool } from './archive/spool.ts';
import type { InputFile, Limits, Read } from './format.ts';
import { recognise } from './formats.ts';
import { folderOf } from './identity/folders.ts';
import { type PatientFile, parsePatientFile, patientFileName } from './identity/patientFile.ts';
import { knownFile } from './inputFile.ts';
import { type ReadJob, readIsolated } from './isolated/pool.ts';
import { walk } from './walk.ts';

/** A file that was met, and what its reader made of it. */
export interface ScannedFile {
  file: InputFile;
  format: string;
  piece: unknown;
  issues: Issue[];
}

export interface Scan {
  /** In the order of the walk. */
  read: ScannedFile[];
  /** Every path that was met, in the order of the walk; what was read has neither `refused` nor `ignored`. */
  met: { path: string; refused?: Issue; ignored?: Issue }[];
  patientFiles: Map<string, PatientFile>;
}

export interface ScanOptions {
  limits: Limits;
  spool: Spool;
  threads?: number | undefined;
  signal?: AbortSignal | undefined;
  ownFolders?: readonly string[] | undefined;
  onFile?(done: number, path: string): void;
}

/** Walks, recognises and reads everything under the paths. The reading happens on other threads, under limits. */
export async function scan(paths: readonly string[], options: ScanOptions): Promise<Scan> {
  const { limits, spool, signal } = options;
  const met: Scan['met'] = [];
  const read: (ScannedFile & { order: number })[] = [];
  const orders = new Map<InputFile, number>();
  const patientFiles = new Map<string, PatientFile>();
  const taken = new Set<string>();

  async function* jobs(): AsyncGenerator<ReadJob> {
    const found = walk(paths, {
      limits,
      spool,
      isKnown: (file) => recognise(file) !== undefined,
      ownFolders: options.ownFolders,
    });
    for await (const one of found) {
      if (signal?.aborted) return;
      if (!('file' in one)) {
        met.push(one);
        continue;
      }
      const file = withOwnPath(one.file, taken);
      const { path } = file;
      if (path.slice(path.lastIndexOf('/') + 1) === patientFileName) {
        const parsed = parsePatientFile(await file.read(0, 2 ** 20 + 1), path);
        if ('declared' in parsed) patientFiles.set(folderOf(path), parsed.declared);
        met.push('declared' in parsed ? { path, ignored: declares(path) } : { path, refused: parsed.refused });
        continue;
      }
      const format = recognise(file);
      if (format === undefined) {
        met.push(unrecognised(path));
        continue;
      }
      orders.set(file, met.length);
      met.push({ path });
      yield { file, format };
    }
  }

  let done = 0;
  await readIsolated(
    jobs(),
    { limits, ...(options.threads && { threads: options.threads }), ...(signal && { signal }) },
    ({ file, format }: ReadJob, outcome: Read<unknown>) => {
      options.onFile?.(++done, file.path);
      const order = orders.get(file)!;
      if ('refused' in outcome) met[order]!.refused = placed(outcome.refused, file.path);
      else {
        const issues = outcome.issues.map((one) => placed(one, file.path));
        read.push({ order, file, format: format.id, piece: outcome.piece, issues });
      }
    },
  );
  return { met, read: read.sort((a, b) => a.order - b.order), patientFiles };
}

function declares(path: string): Issue {
  return issue('info', 'patient-file', 'It declares whose the files beside and below it are.', { place: path });
}

/** Endings that promise a format; a file that does not keep the promise is damaged, and its sender should know. */
const promises = /\.(dcm|ima|nii|hdr|vcf|bgz|hl7|fhir|ndjson|csv|tsv|stats)$/i;

function unrecognised(path: string): Scan['met'][number] {
  const ending = promises.exec(path)?.[1];
  if (ending === undefined) {
    const remedy = 'Export it in a format that is read (docs/methods/import.md), if it matters.';
    return {
      path,
      ignored: issue('info', 'format-unknown', 'The content is of no known format.', { place: path, remedy }),
    };
  }
  const message = `The name promises .${ending}, but the content is of no known format.`;
  const remedy = 'The file is damaged, incomplete or no medical data: export it again if it matters.';
  return { path, refused: issue('warning', 'format-unknown', message, { place: path, remedy }) };
}

/** Members of an archive may bear one name twice; paths are how everything later tells files apart. */
function withOwnPath(file: InputFile, taken: Set<string>): InputFile {
  let path = file.path;
  for (let copy = 2; taken.has(path); copy++) path = `${file.path} (${copy})`;
  taken.add(path);
  return path === file.path ? file : knownFile(file.diskPath, path, file.bytes, file.head);
}

/** An issue whose place begins with its file. */
export function placed(one: Issue, path: string): Issue {
  if (one.place?.startsWith(path)) return one;
  return { ...one, place: one.place === undefined ? path : `${path}: ${one.place}` };
}

/** The same trouble in many files of one source is said once, with their number. */
export function gather(issues: readonly Issue[]): Issue[] {
  const groups = new Map<string, Issue[]>();
  for (const one of issues) {
    const key = `${one.severity} ${one.code}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const distinct = [...new Map(group.map((one) => [`${one.message}|${one.place}`, one])).values()];
    if (distinct.length <= 3) return distinct;
    const { severity, code, message, place, remedy } = distinct[0]!;
    return [
      issue(severity, code, `${message} (${distinct.length} times)`, {
        ...(place && { place }),
        ...(remedy && { remedy }),
      }),
    ];
  });
}
