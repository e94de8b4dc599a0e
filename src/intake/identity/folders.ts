/** The folder of a path: `a/b` of `a/b/c.dcm`, `x.zip!` of `x.zip!/c.dcm`, `''` at the root. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** All folders above a path, nearest first, the root (`''`) last. */
export function foldersUp(path: string): string[] {
  const folders: string[] = [];
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) folders.push(folder);
  return [...folders, ''];
}

/** `data/sub-01` of `data/sub-01/anat/x.nii.gz` or `data/sub-01_T1w.nii.gz`: BIDS groups one participant's files by name. */
export function bidsSubject(path: string): string | undefined {
  return /^(.*?\/)?sub-[0-9A-Za-z]+(?=[/_])/.exec(path)?.[0];
}
