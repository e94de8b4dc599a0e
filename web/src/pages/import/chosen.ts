/** A file that somebody chose, with its path below what they chose. */
export interface ChosenFile {
  path: string;
  file: File;
}

export interface Chosen {
  files: ChosenFile[];
  /** Hidden files of the operating system and of tools: not sent. */
  hidden: number;
  /** Paths that the browser could not open. */
  unreadable: string[];
}

/** Files from a picker. Those of a folder carry their path in it. */
export function fromPicker(list: FileList): Chosen {
  return withoutHidden(
    [...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })),
    [],
  );
}

/** Files and whole folders from a drop. To be called in the event itself: afterwards the browser forgets what was dropped. */
export async function fromDrop(transfer: DataTransfer): Promise<Chosen> {
  const dropped = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const files: ChosenFile[] = [];
  const unreadable: string[] = [];
  for (const { entry, file } of dropped) {
    if (entry?.isDirectory) await walk(entry, files, unreadable);
    else if (file) files.push({ path: file.name, file });
  }
  return withoutHidden(files, unreadable);
}

async function walk(entry: FileSystemEntry, files: ChosenFile[], unreadable: string[]): Promise<void> {
  const path = entry.fullPath.replace(/^\//, '');
  try {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      files.push({ path, file });
      return;
    }
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      // A hundred at a time, until there are none.
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (some.length === 0) return;
      for (const one of some) await walk(one, files, unreadable);
    }
  } catch {
    unreadable.push(path);
  }
}

function withoutHidden(all: readonly ChosenFile[], unreadable: string[]): Chosen {
  const files = all.filter(
    ({ path }) => !path.split('/').some((name) => name.startsWith('.') || name === '__MACOSX' || name === 'Thumbs.db'),
  );
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, hidden: all.length - files.length, unreadable };
}

/** Two choices together; the later one holds where both have a path. */
export function joined(a: Chosen, b: Chosen): Chosen {
  const files = new Map([...a.files, ...b.files].map((one) => [one.path, one]));
  return {
    files: [...files.values()].sort((one, other) => (one.path < other.path ? -1 : 1)),
    hidden: a.hidden + b.hidden,
    unreadable: [...a.unreadable, ...b.unreadable],
  };
}
