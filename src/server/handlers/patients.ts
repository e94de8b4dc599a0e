import type { Entry } from '../../dossier/entry.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { Access } from '../../dossier/store.ts';
import { mergeSubjects } from '../../join/merge.ts';
import type { Order } from '../../join/order.ts';
import { splitSubject } from '../../join/split.ts';
import { undoTransfer } from '../../join/undo.ts';
import type { PatientPage, patients } from '../api/patients.ts';
import type { Handlers, Who } from '../call.ts';
import { apartEntries } from '../roster/apart.ts';
import type { RosterQuery } from '../roster/roster.ts';
import { identitiesView } from '../views/identities.ts';
import type { Workspace } from '../workspace.ts';

/** Fields of a call that an order is made of. */
interface Ordering {
  access: Access;
  workspace: { now(): string };
  signal: AbortSignal;
  body: { reason: string; seen?: Record<string, number> | undefined };
}

function orderOf({ access, workspace, signal, body: { reason, seen } }: Ordering): Order {
  return { ...access, at: workspace.now(), reason, signal, ...(seen && { seen }) };
}

interface Wanted extends Omit<RosterQuery, 'filter'>, NonNullable<RosterQuery['filter']> {}

interface Seeking {
  who: Pick<Who, 'can'>;
  access: Access;
  workspace: Pick<Workspace, 'roster'>;
}

async function found({ who, access, workspace: { roster } }: Seeking, wanted: Wanted): Promise<PatientPage> {
  const { data, urgency, composite, alike, merged, ...query } = wanted;
  const identity = who.can('identity:read');
  const seeker = { access, identity };
  const page = await roster.search({ ...query, filter: { data, urgency, composite, alike, merged } }, seeker);
  return { ...page, suggestions: identity ? (await roster.lookalikes()).length : 0 };
}

export const patientsHandlers: Handlers<typeof patients> = {
  'patients.list': async (call) => {
    const { data, ...rest } = call.query;
    return found(call, { ...rest, data: data?.split(',').filter((one) => one !== '') });
  },

  'patients.search': async (call) => found(call, call.body),

  'patients.identities': async ({ params, reader, access, workspace }) => {
    const seeker = { access, identity: true };
    return identitiesView(reader, params.subject, (ids) => workspace.roster.rows(ids, seeker));
  },

  'patients.merge': async (call) => {
    const from = call.params.subject;
    return mergeSubjects(call.workspace.store, { from, into: call.body.into }, orderOf(call));
  },

  'patients.apart': async ({ params: { subject }, body, reader, workspace, who, about }) => {
    const { other, apart, reason } = body;
    if (other === subject) throw new IdiographError('usage', 'a patient cannot be told apart from itself');
    const [one, two] = await Promise.all([reader.dossier(subject), reader.dossier(other)]);
    const pair = [one, two].map(({ subject: { id }, entries }) => [id, entries] as [string, readonly Entry[]]);
    const entries = apartEntries(pair, { apart, reason, author: who.name, role: 'clinician', at: workspace.now() });
    await workspace.store.write(entries);
    about({ record: entries[0]!.id });
    return { subject, other, apart };
  },

  'patients.split': async (call) => {
    const { sources, identities, into, label } = call.body;
    const choice = {
      sources,
      ...(identities && { identities }),
      ...(into !== undefined && { into }),
      ...(label !== undefined && { label }),
    };
    return splitSubject(call.workspace.store, call.params.subject, choice, orderOf(call));
  },

  'patients.undo': async (call) => {
    const own = await call.reader.list(call.params.subject, 'transfer');
    if (!own.some(({ act }) => act === call.body.act)) {
      throw new IdiographError('not-found', 'This patient has no such merge or split.', { act: call.body.act });
    }
    return undoTransfer(call.workspace.store, call.body.act, orderOf(call));
  },
};
