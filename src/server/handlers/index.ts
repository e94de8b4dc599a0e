import type { Api } from '../api/index.ts';
import type { Handlers } from '../call.ts';
import { sessionHandlers } from './session.ts';

/** What each route of `api/` does. */
export const handlers: Handlers<Api> = { ...sessionHandlers };
