const tab = 9;
/** Tabs before INFO, which is by far the longest column of most files. */
const tabsBeforeInfo = 7;

export interface LineGuard {
  /** Why a line is no record; undefined for one that is. */
  whyMalformed(bytes: Buffer, start: number, end: number): string | undefined;
  /** Records whose position is smaller than that of the line before, on the same contig. */
  stepsBack(): number;
}

/** Looks at tabs, contig and position only: this runs once for each of millions of lines. */
export function lineGuard(columns: number): LineGuard {
  let contig = Buffer.alloc(0);
  let before = 0;
  let stepsBack = 0;

  /** Same contig as the line before, whose name ends with its tab. */
  const isSame = (bytes: Buffer, start: number): boolean => {
    for (let i = 0; i < contig.length; i++) if (bytes[start + i] !== contig[i]) return false;
    return contig.length > 0;
  };

  return {
    stepsBack: () => stepsBack,
    whyMalformed(bytes, start, end) {
      let at = start + contig.length;
      const same = isSame(bytes, start);
      if (!same) {
        at = bytes.indexOf(tab, start) + 1;
        if (at === 0 || at > end) return `1 of ${columns} columns`;
        if (at === start + 1) return 'no chromosome';
      }
      const digits = at;
      let pos = 0;
      for (; at < end && bytes[at] !== tab; at++) {
        const code = bytes[at]!;
        if (code < 48 || code > 57) return 'the position is not a number';
        pos = pos * 10 + (code - 48);
      }
      if (at >= end) return `2 of ${columns} columns`;
      if (at === digits || at > digits + 10) return 'the position is not a number';
      if (!same) contig = Buffer.from(bytes.subarray(start, digits));
      else if (pos < before) stepsBack += 1;
      before = pos;
      // One tab too many at the end of a line is common and harmless.
      let tabs = 2;
      for (at += 1; tabs + 1 < columns; at++) {
        if (tabs === tabsBeforeInfo) at = bytes.indexOf(tab, at);
        else while (at < end && bytes[at] !== tab) at += 1;
        if (at < 0 || at >= end) return `${tabs + 1} of ${columns} columns`;
        tabs += 1;
      }
      return undefined;
    },
  };
}
