-- A form that is being filled in. One for each subject, instrument and account; times are ISO 8601.
create table draft (
  subject text not null,
  instrument text not null,
  account text not null,
  version integer not null,
  filled_by text not null,
  answers text not null,
  started text not null,
  saved text not null,
  primary key (subject, instrument, account)
) strict;
