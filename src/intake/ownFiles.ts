/** A data folder of ours; the rest of it stands beside this file. */
const database = 'store.sqlite';
const dataNames = new Set([
  database,
  `${database}-wal`,
  `${database}-shm`,
  `${database}-journal`,
  'import.lock',
  'blobs',
]);
/** All of these together lie only in a folder that `run` or `report` wrote. */
const outputMarks = ['findings.json', 'plan.json', 'report.html'];
const outputName =
  /^(report(-S\d+)?\.html|findings\.json|plan\.json|(bundle|genomics)(-S\d+)?\.fhir\.json|pgx\.json|pgx(-drugs)?\.tsv|pgx-card(-S\d+)?\.html|artifacts)$/;

/**
 * Which names in one folder are files of this program: results that came back as input would vouch for themselves.
 * `isOwn`: the folder is being written to at this moment, so the marks may not all be there yet.
 * Originals that lie beside them are read.
 */
export function ownFiles(names: readonly string[], isOwn: boolean): (name: string) => boolean {
  const there = new Set(names);
  const isData = there.has(database);
  const isOutput = isOwn || outputMarks.every((name) => there.has(name));
  return (name) => (isData && dataNames.has(name)) || (isOutput && outputName.test(name));
}
