import type { Transaction } from 'kysely';

/** Tables as kysely sees them; the truth is in migrations/. */
export interface AccountTables {
  account: AccountRow;
  session: SessionRow;
  code: { hash: string; account: string; expires: number };
  failure: { key: string; count: number; last: number };
  oidc_attempt: {
    state: string;
    browser: string;
    nonce: string;
    verifier: string;
    return_to: string;
    expires: number;
  };
}

export interface AccountRow {
  id: string;
  name: string;
  name_key: string;
  roles: string;
  password: string | null;
  disabled: number;
  must_change: number;
  created: number;
  issuer: string | null;
  oidc_subject: string | null;
  signed_in: number | null;
}

export interface SessionRow {
  id: string;
  token: string;
  previous_token: string | null;
  previous_until: number | null;
  account: string;
  csrf: string;
  created: number;
  seen: number;
  rotation_due: number;
  ended: number | null;
  remote: string | null;
}

export type Change = Transaction<AccountTables>;
