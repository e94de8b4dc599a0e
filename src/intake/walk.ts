import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';
import { IdiographError } from '../dossier/errors.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { UnpackBudget } from './archive/budget.ts';
import { archiveKind, closedArchive, isOfficeDocument } from './archive/recognise.ts';
import type { Spool } from './archive/spool.ts';
import { unpack } from './archive/unpack.ts';
import type { InputFile, Limits } from './format.ts';
import { inputFile } from './inputFile.ts';
import { ownFiles } from './ownFiles.ts';

/** A file to be read, or a path that is not read and why. */
export type Found = { file: InputFile } | { path: string; refused: Issue } | { path: string; ignored: Issue };

export interface WalkOptions {
  limits: Limits;
  spool: Spool;
  /** True when a packed file is of a known format as it is (`.nii.gz`, `.vcf.gz`) and is not to be unpacked. */
  isKnown(file: InputFile): boolean;
  /** Absolute paths of folders that this program is writing to: what it made is no data of a patient. */
  ownFolders?: readonly string[] | undefined;
}

/**
 * All files under the given files and folders, archives opened, in an order that depends on names only.
 * Links are followed to files inside their own folder and nowhere else. Throws `not-found` for a path that is not there.
 */
export async function* walk(paths: readonly string[], options: WalkOptions): AsyncGenerator<Found> {
  const names = rootNames(paths);
  const own = new Set((options.ownFolders ?? []).flatMap(realFolder));
  for (const [index, path] of paths.entries()) {
    let root: string;
    if (path === '') throw new IdiographError('usage', 'a path is empty', { remedy: 'Name a file or a folder.' });
    try {
      root = realpathSync(resolve(path));
    } catch (cause) {
      throw new IdiographError('not-found', `there is no ${path}`, { path, cause, remedy: 'Check the path.' });
    }
    const status = statSync(root);
    if (status.isDirectory()) yield* walkFolder({ root, own }, root, names[index]!, options);
    else if (status.isFile()) yield* walkFile(root, names[index] || basename(resolve(path)), options);
    else
      throw new IdiographError('usage', `${path} is neither file nor folder`, { path, remedy: 'Copy it to a file.' });
  }
}

/** What the paths found under each given path begin with: nothing when there is one, else its name, made different. */
export function rootNames(paths: readonly string[]): string[] {
  if (paths.length <= 1) return paths.map(() => '');
  const taken = new Set<string>();
  return paths.map((path) => {
    const base = basename(resolve(path));
    let name = base;
    for (let copy = 2; taken.has(name); copy++) name = `${base} (${copy})`;
    taken.add(name);
    return name;
  });
}

interface Tree {
  /** The folder that was given; links out of it are not followed. */
  root: string;
  own: ReadonlySet<string>;
}

function realFolder(path: string): string[] {
  try {
    return [realpathSync(resolve(path))];
  } catch {
    return [];
  }
}

async function* walkFolder(tree: Tree, folder: string, path: string, options: WalkOptions): AsyncGenerator<Found> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    yield { path: path || '.', refused: unreadable(path || '.', error) };
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const isMade = ownFiles(
    entries.map(({ name }) => name),
    tree.own.has(folder),
  );
  for (const entry of entries) {
    const disk = join(folder, entry.name);
    const shown = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.name.startsWith('.') || entry.name === '__MACOSX' || entry.name === 'Thumbs.db') {
      yield hidden(shown);
    } else if (isMade(entry.name)) {
      const message = 'Idiograph wrote it; it is no data of a patient and is not read again.';
      yield ignore(shown, 'own-file', message, 'Import the originals. For another place use backup and restore.');
    } else if (entry.isDirectory()) yield* walkFolder(tree, disk, shown, options);
    else if (entry.isFile()) yield* walkFile(disk, shown, options);
    else if (entry.isSymbolicLink()) yield* walkLink(tree.root, disk, shown, options);
    else yield ignore(shown, 'special-file', 'A device, pipe or socket is no file.', 'Copy the data into a file.');
  }
}

async function* walkLink(root: string, disk: string, shown: string, options: WalkOptions): AsyncGenerator<Found> {
  const remedy = 'Copy the file itself into the folder, or import its real place.';
  let target: string;
  try {
    target = realpathSync(disk);
  } catch {
    yield {
      path: shown,
      refused: issue('warning', 'link-broken', 'The link leads nowhere.', { place: shown, remedy }),
    };
    return;
  }
  if (!target.startsWith(root + sep)) {
    const message = 'The link leads out of the folder and is not followed.';
    yield { path: shown, refused: issue('error', 'link-outside', message, { place: shown, remedy }) };
  } else if (lstatSync(target).isFile()) yield* walkFile(target, shown, options);
  else yield ignore(shown, 'link-to-folder', 'Links to folders are not followed.', 'Import the folder itself.');
}

async function* walkFile(diskPath: string, path: string, options: WalkOptions): AsyncGenerator<Found> {
  let file: InputFile;
  try {
    file = inputFile(diskPath, path, options.limits.fileBytes);
  } catch (error) {
    yield { path, refused: unreadable(path, error) };
    return;
  }
  yield* open(file, 0, new UnpackBudget(file.bytes, options.limits), options);
}

/** The file itself, or what is in it when it is an archive. */
async function* open(
  file: InputFile,
  depth: number,
  budget: UnpackBudget,
  options: WalkOptions,
): AsyncGenerator<Found> {
  const { path, head } = file;
  if (file.bytes === 0) {
    const remedy = 'Copy or export the file again.';
    yield { path, refused: issue('error', 'file-empty', 'The file is empty.', { place: path, remedy }) };
    return;
  }
  const closed = closedArchive(head);
  if (closed !== undefined) {
    const message = `${closed} archives are not opened.`;
    const remedy = 'Unpack it and import the folder.';
    yield { path, refused: issue('error', 'archive-unsupported', message, { place: path, remedy }) };
    return;
  }
  const kind = archiveKind(head);
  if (kind === undefined || (kind === 'gz' && options.isKnown(file))) {
    yield { file };
    return;
  }
  if (kind === 'zip' && isOfficeDocument(head)) {
    yield ignore(path, 'office-document', 'Office documents are not opened.', 'Save tables in it as CSV.');
    return;
  }
  if (depth >= options.limits.archiveNesting) {
    const message = `Archives are opened ${options.limits.archiveNesting} deep.`;
    const remedy = 'Unpack the inner archive and import the folder.';
    yield { path, refused: issue('error', 'archive-nesting', message, { place: path, remedy }) };
    return;
  }
  for await (const member of unpack(file, kind, options.spool, budget)) {
    if ('refused' in member) {
      yield member;
      continue;
    }
    const name = basename(member.path);
    if (name.startsWith('.') || member.path.includes('!/__MACOSX/')) {
      options.spool.drop(member.diskPath);
      yield hidden(member.path);
      continue;
    }
    const inner = inputFile(member.diskPath, member.path, options.limits.fileBytes);
    yield* open(inner, depth + 1, budget, options);
    if (archiveKind(inner.head) !== undefined && !options.isKnown(inner)) options.spool.drop(member.diskPath);
  }
}

function ignore(path: string, code: string, message: string, remedy: string): Found {
  return { path, ignored: issue('info', code, message, { place: path, remedy }) };
}

function hidden(path: string): Found {
  const message = 'A hidden file or folder of the operating system or a tool.';
  return ignore(path, 'hidden-file', message, 'Give it a visible name if it is to be read.');
}

function unreadable(path: string, error: unknown): Issue {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  if (code === 'ENOENT' && path.includes('\ufffd')) {
    return issue('error', 'file-name-encoding', 'Its name is not UTF-8 and cannot be opened here.', {
      place: path,
      remedy: 'Give it a plain name and import it again.',
    });
  }
  return issue('error', 'file-unreadable', `The system refuses to read it (${code}).`, {
    place: path,
    remedy: 'Check the permissions and that the medium is whole.',
  });
}
