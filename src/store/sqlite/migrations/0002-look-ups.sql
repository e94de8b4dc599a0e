-- Current records of one kind over all subjects. With the subject before the id: it then serves one subject as well as
-- record_current does, whichever of the two is taken.
create index record_by_kind on record (kind, subject, id) where superseded_by is null;

-- What a list of patients counts, without opening the records. A torn record stands with nulls: it must stay erasable.
create index record_source_data
  on record (
    subject,
    case when json_valid(json) then json_extract(json, '$.modality') end,
    case when json_valid(json) then json_extract(json, '$.acquiredAt') end
  )
  where kind = 'source' and superseded_by is null;
create index record_encounter
  on record (
    subject,
    case when json_valid(json) then coalesce(json_extract(json, '$.at'), json_extract(json, '$.period.start')) end
  )
  where kind = 'fact' and superseded_by is null
    and case when json_valid(json) then json_extract(json, '$.type') end = 'encounter';
create index record_open_check
  on record (subject)
  where kind = 'safety-check' and superseded_by is null
    and case when json_valid(json) then json_extract(json, '$.urgency') end <> 'none';

-- Under which number, or name and date of birth, an identity is found (src/dossier/identityMarks.ts).
create table mark (
  mark text not null,
  sequence integer not null,
  subject text not null,
  primary key (mark, sequence)
) without rowid;
create index mark_subject on mark (subject);
insert or ignore into mark (mark, sequence, subject)
  select one.value, record.sequence, record.subject
  from record, json_each(identity_marks(record.json)) as one
  where record.kind = 'identity' and json_valid(record.json);

-- Files of records that went with the erasure of somebody else, until they are gone from the disk.
create table doomed_file (
  subject text not null,
  sha256 text not null,
  primary key (subject, sha256)
) without rowid;
