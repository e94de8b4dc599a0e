import { session } from './session.ts';

/** Every route of the workspace by its name. What is not here does not exist. */
export const api = { ...session };
export type Api = typeof api;
export type RouteName = keyof Api;
