/** The records that a run was given under one role, in the order of the dossier. */
export function among<T extends { id: string }>(records: readonly T[], ids: readonly string[] = []): T[] {
  const wanted = new Set(ids);
  return records.filter(({ id }) => wanted.has(id));
}
