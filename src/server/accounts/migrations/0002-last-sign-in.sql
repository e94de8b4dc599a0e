-- Milliseconds since 1970 of the last sign-in, and the address that a session was begun from.
alter table account add column signed_in integer;
alter table session add column remote text;
