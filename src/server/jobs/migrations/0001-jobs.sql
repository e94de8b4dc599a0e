-- Imports and work-ups that people asked for. Times are ISO 8601; texts of several fields are JSON.
create table job (
  id text primary key,
  number integer not null,
  type text not null,
  state text not null,
  account text not null,
  actor text not null,
  purpose text not null,
  created text not null,
  started text,
  finished text,
  -- An import: the upload that it reads. A work-up: the subject.
  upload text,
  subject text,
  as_one_patient integer not null,
  -- How often it was cut off by the end of the server, and by its own end.
  interruptions integer not null,
  crashes integer not null,
  stop_wanted integer not null,
  -- What the import recognised: from then on only the work-ups are left to do.
  imported text,
  result text,
  problem text
) strict;
create index job_by_number on job (number);
-- What became of each file of an import.
create table job_file (
  job text not null references job (id) on delete cascade,
  number integer not null,
  outcome text not null,
  path text not null,
  format text,
  subjects text,
  code text,
  severity text,
  message text,
  remedy text,
  primary key (job, number)
) strict, without rowid;
create index job_file_by_outcome on job_file (job, outcome, number);
