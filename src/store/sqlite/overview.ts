import { CompiledQuery, type Kysely, type RawBuilder, sql } from 'kysely';
import type { SafetyCheck } from '../../dossier/recommendation.ts';
import type { Overview, RecordKind } from '../../dossier/store.ts';
import type { Identity, Subject } from '../../dossier/subject.ts';
import { recordKinds } from '../records.ts';
import { recordIn } from './recordIn.ts';
import type { Tables } from './schema.ts';

/** The expressions of migration 0002, word for word: only then are the values taken from the index. */
const whole = (expression: string) => sql.raw(`case when json_valid(json) then ${expression} end`);
const modality = whole(`json_extract(json, '$.modality')`);
const acquiredAt = whole(`json_extract(json, '$.acquiredAt')`);
const startedAt = whole(`coalesce(json_extract(json, '$.at'), json_extract(json, '$.period.start'))`);
const type = whole(`json_extract(json, '$.type')`);
const urgency = whole(`json_extract(json, '$.urgency')`);

const about = whole(`json_extract(json, '$.about')`);

/** Subjects asked for in one statement. */
const chunkSubjects = 500;

/**
 * Counts and dates from the indexes of migration 0002; only subjects, identities and open checks are opened.
 * Without `subjects` of all; the event loop gets its turn between chunks.
 */
export async function overview(kysely: Kysely<Tables>, subjects?: readonly string[]): Promise<Overview[]> {
  const ids = [...new Set(subjects ?? (await allSubjects(kysely)))].sort();
  const found: Overview[] = [];
  for (let start = 0; start < ids.length; start += chunkSubjects) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve));
    found.push(...(await overviewOf(kysely, ids.slice(start, start + chunkSubjects))));
  }
  return found;
}

/** As text, because every request of a page asks it: building the query would cost more than the query. */
const latestOfSubject = `
  select max((select max(sequence) from record where subject = ? and kind = one.value)) as latest
  from json_each(?) as one`;
const allKinds = JSON.stringify(recordKinds);

/** Sequence of the latest record of a subject, 0 when there is none: one step in the index for each kind. */
export async function sequenceOf(kysely: Kysely<Tables>, subject: string): Promise<number> {
  const { rows } = await kysely.executeQuery<{ latest: number | null }>(
    CompiledQuery.raw(latestOfSubject, [subject, allKinds]),
  );
  return rows[0]?.latest ?? 0;
}

async function allSubjects(kysely: Kysely<Tables>): Promise<string[]> {
  const rows = await kysely
    .selectFrom('record')
    .select('id')
    .where('kind', '=', 'subject')
    .where('superseded_by', 'is', null)
    .execute();
  return rows.map(({ id }) => id);
}

async function overviewOf(kysely: Kysely<Tables>, ids: readonly string[]): Promise<Overview[]> {
  // One statement text for any number of ids, so that it stays prepared. The indexes are named because SQLite, which
  // keeps no statistics here, would guess wrong for many ids at once.
  const of = sql`(select value from json_each(${JSON.stringify(ids)}))`;
  const all = async <Row>(statement: RawBuilder<Row>) => (await statement.execute(kysely)).rows;
  const by = new Map<string, Overview>();
  const opened = await all(sql<{ id: string; subject: string; json: string }>`
    select id, subject, json from record indexed by record_current
    where subject in ${of} and kind = 'subject' and superseded_by is null order by id`);
  for (const row of opened) {
    const subject = recordIn(row) as Subject;
    by.set(subject.id, { subject, identities: [], counts: {}, data: [], checks: [], urgentLines: [], sequence: 0 });
  }
  const identities = await all(sql<{ id: string; subject: string; json: string }>`
    select id, subject, json from record indexed by record_current
    where subject in ${of} and kind = 'identity' and superseded_by is null order by id`);
  for (const row of identities) by.get(row.subject)?.identities.push(recordIn(row) as Identity);
  const counts = await all(sql<{ subject: string; kind: RecordKind; records: number }>`
    select subject, kind, count(*) as records from record indexed by record_current
    where subject in ${of} and superseded_by is null group by subject, kind`);
  for (const { subject, kind, records } of counts) {
    const one = by.get(subject);
    if (one) one.counts[kind] = records;
  }
  const data = await all(sql<{ subject: string; modality: string; count: number; latest: string | null }>`
    select subject, ${modality} as modality, count(*) as count,
      max(${acquiredAt}) as latest
    from record indexed by record_source_data
    where subject in ${of} and kind = 'source' and superseded_by is null
    group by subject, ${modality}`);
  for (const { subject, modality, count, latest } of data) {
    by.get(subject)?.data.push({ modality, count, ...(latest !== null && { latest }) });
  }
  const encounters = await all(sql<{ subject: string; latest: string | null }>`
    select subject, max(${startedAt}) as latest
    from record indexed by record_encounter
    where subject in ${of} and kind = 'fact' and superseded_by is null
      and ${type} = 'encounter' group by subject`);
  for (const { subject, latest } of encounters) {
    const one = by.get(subject);
    if (one && latest !== null) one.encounter = latest;
  }
  const checks = await all(sql<{ id: string; subject: string; json: string }>`
    select id, subject, json from record indexed by record_open_check
    where subject in ${of} and kind = 'safety-check' and superseded_by is null
      and ${urgency} <> 'none' order by id`);
  for (const row of checks) by.get(row.subject)?.checks.push(recordIn(row) as SafetyCheck);
  const lines = await all(sql<{ subject: string; about: string }>`
    select subject, ${about} as about from record indexed by record_current
    where subject in ${of} and kind = 'recommendation' and superseded_by is null
      and ${urgency} = 'now' order by id`);
  for (const { subject, about } of lines) by.get(subject)?.urgentLines.push(about);
  const latest = await all(sql<{ subject: string; sequence: number }>`
    select subject, max(sequence) as sequence from record indexed by record_history
    where subject in ${of} group by subject`);
  for (const { subject, sequence } of latest) {
    const one = by.get(subject);
    if (one) one.sequence = sequence;
  }
  return [...by.values()];
}
