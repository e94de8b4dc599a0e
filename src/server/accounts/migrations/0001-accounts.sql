-- Times are milliseconds since 1970. Tokens and codes are kept as SHA-256 only.
create table account (
  id text primary key,
  name text not null,
  name_key text not null unique,
  roles text not null,
  password text,
  disabled integer not null default 0,
  must_change integer not null default 0,
  created integer not null,
  issuer text,
  oidc_subject text,
  unique (issuer, oidc_subject)
) strict;

create table session (
  id text primary key,
  token text not null unique,
  -- The token before the last rotation is accepted for a moment: requests with it may be under way.
  previous_token text unique,
  previous_until integer,
  account text not null references account (id),
  csrf text not null,
  created integer not null,
  seen integer not null,
  rotation_due integer not null default 0,
  ended integer
) strict;
create index session_account on session (account);

create table code (
  hash text primary key,
  account text not null references account (id),
  expires integer not null
) strict;

create table failure (
  key text primary key,
  count integer not null,
  last integer not null
) strict;

create table oidc_attempt (
  state text primary key,
  browser text not null,
  nonce text not null,
  verifier text not null,
  return_to text not null,
  expires integer not null
) strict;
