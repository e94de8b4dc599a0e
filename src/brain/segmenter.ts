/** The title of a label map names the network that made it, so that its volumes stand under that network's method id. */
export function segmenterTitle(method: string): string {
  return `Segmentation by ${method}`;
}

/** `meshnet-model18cls@74359425f3b5` out of {@link segmenterTitle}; undefined for label maps of another origin. */
export function segmenterOf(title: string): string | undefined {
  return /^Segmentation by (\S+@[0-9a-f]+)$/.exec(title)?.[1];
}
