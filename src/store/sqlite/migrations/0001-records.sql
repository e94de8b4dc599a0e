-- One row per statement of a record. Rows are added; of an older row only superseded_by is ever set.
create table record (
  sequence integer primary key,
  id text not null,
  kind text not null,
  subject text not null,
  slot text,
  parent text,
  value_hash text not null,
  superseded_by text,
  json text not null
);
create index record_by_id on record (id, sequence);
create index record_current on record (subject, kind, id) where superseded_by is null;
create index record_history on record (subject, kind, sequence);
create index record_by_slot on record (slot, sequence) where slot is not null;
create index record_by_parent on record (parent) where parent is not null and superseded_by is null;

create table link (
  from_id text not null,
  to_id text not null,
  subject text not null,
  primary key (from_id, to_id)
) without rowid;
create index link_to on link (to_id, from_id);
create index link_subject on link (subject);

create table blob (
  subject text not null,
  sha256 text not null,
  bytes integer not null,
  media_type text not null,
  sequence integer not null,
  primary key (subject, sha256)
) without rowid;

create table access (
  number integer primary key,
  at text not null,
  actor text not null,
  purpose text not null,
  subject text not null,
  verb text not null,
  target text not null
);
create index access_by_subject on access (subject, number);

create table tombstone (
  subject text primary key,
  at text not null,
  actor text not null,
  reason text not null,
  records integer not null,
  blobs integer not null,
  bytes integer not null,
  -- 0 until files, free pages and the log are rid of the content too
  finished integer not null
) without rowid;

-- Records of other subjects (cohorts, norms, models) that rest on something erased.
create table rests_on_erased (
  id text not null,
  erased_subject text not null,
  at text not null,
  primary key (id, erased_subject)
) without rowid;

create table counter (
  name text primary key,
  value integer not null
) without rowid;
insert into counter (name, value) values ('sequence', 0), ('subject', 0);
