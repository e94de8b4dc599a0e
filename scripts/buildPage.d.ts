/** Builds the page into web/dist unless it is there and up to date. Returns the folder. */
export function buildPage(options?: { quiet?: boolean }): Promise<string>;
/** Files and folders whose code goes into the page, from the root of the repository. */
export declare const pageSources: readonly string[];
