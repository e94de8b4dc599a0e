import { contentSystem } from '../../dossier/identityMarks.ts';
import type { Reader } from '../../dossier/store.ts';
import { titleOf } from '../../store/titles.ts';
import type { IdentitiesView, PatientRow } from '../api/patients.ts';
import { apartFrom } from '../roster/apart.ts';

/** What somebody needs to decide whose data these are. `rowsOf`: lines of the list. Throws `not-found`. */
export async function identitiesView(
  reader: Reader,
  subject: string,
  rowsOf: (ids: readonly string[]) => Promise<PatientRow[]>,
): Promise<IdentitiesView> {
  const { subject: about, sources, entries } = await reader.dossier(subject);
  const identities = await reader.list(subject, 'identity');
  const transfers = await reader.list(subject, 'transfer');
  const [row] = await rowsOf([subject]);
  const naming = Map.groupBy(sources, ({ identity }) => identity);
  const undone = new Set(transfers.map(({ undoes }) => undoes));
  return {
    subject,
    label: about.label,
    composite: about.composite,
    ...(about.mergedInto !== undefined && { mergedInto: about.mergedInto }),
    sequence: await reader.sequence(subject),
    identities: identities
      .filter(({ system }) => system !== contentSystem)
      .map(({ id, system, value, name, birthDate, sex, basis }) => ({
        id,
        system,
        value,
        ...(name !== undefined && { name }),
        ...(birthDate !== undefined && { birthDate }),
        ...(sex !== undefined && { sex }),
        basis,
        sources: naming.get(id)?.length ?? 0,
      })),
    sources: sources
      .map((source) => ({
        id: source.id,
        modality: source.modality,
        title: titleOf(source),
        path: source.path,
        ...(source.acquiredAt !== undefined && { acquiredAt: source.acquiredAt }),
        ...(source.identity !== undefined && { identity: source.identity }),
      }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    acts: transfers
      .map(({ act, type, direction, counterpart, actor, at, reason, moved }) => ({
        act,
        type,
        direction,
        counterpart,
        actor,
        at,
        reason,
        sources: moved.filter(({ from }) => from.startsWith('src-')).length,
        undone: undone.has(act),
      }))
      .sort((a, b) => (a.at < b.at ? 1 : -1)),
    alike: await rowsOf(row?.alike ?? []),
    apart: apartFrom(entries),
  };
}
