/** Builds the page into web/dist unless it is there and up to date. Returns the folder. */
export function buildPage(options?: { quiet?: boolean }): Promise<string>;
