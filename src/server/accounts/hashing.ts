import { type Algorithm, hash, parseOptions, verify } from '@node-rs/argon2';
import { IdiographError } from '../../dossier/errors.ts';

/** Cost of argon2id (RFC 9106). */
export interface PasswordCost {
  memoryKiB: number;
  passes: number;
  lanes: number;
}

/**
 * More than the least that OWASP asks for (19 MiB, 2 passes): 64 MiB, 3 passes. One lane: a verification takes one thread of the
 * pool that the audit chain writes with.
 */
export const passwordCost: PasswordCost = { memoryKiB: 65_536, passes: 3, lanes: 1 };

/** Verifications at a time, and how many may wait: together they bound memory and what a flood of sign-ins can take. */
const atATime = 2;
const mayWait = 64;

export interface PasswordHasher {
  make(password: string): Promise<string>;
  /** Same work with and without a hash to compare with. Throws `store-busy` when too many are waiting. */
  matches(password: string, stored: string | null): Promise<boolean>;
  /** Whether the hash was made with other costs than today's. */
  isOutdated(stored: string): boolean;
}

/** Hashes and verifies passwords at this cost; two at a time, 64 may wait. */
export function passwordHasher(cost: PasswordCost = passwordCost): PasswordHasher {
  const options = {
    // A const enum of a declaration file has no value here: 2 is argon2id.
    algorithm: 2 as Algorithm.Argon2id,
    memoryCost: cost.memoryKiB,
    timeCost: cost.passes,
    parallelism: cost.lanes,
  };
  const gated = gate();
  /** Compared with when there is nothing to compare with. */
  let nobody: Promise<string> | undefined;
  return {
    make: (password) => gated(() => hash(normal(password), options)),
    async matches(password, stored) {
      nobody ??= hash('nobody has this password', options);
      // Waited for in either case, so that the first unknown name takes no longer than a known one.
      const nobodys = await nobody;
      const against = stored ?? nobodys;
      const equal = await gated(() => verify(against, normal(password)));
      return equal && stored !== null;
    },
    isOutdated(stored) {
      const { memoryCost, timeCost, parallelism } = parseOptions(stored);
      return memoryCost !== cost.memoryKiB || timeCost !== cost.passes || parallelism !== cost.lanes;
    },
  };
}

/** The same password whatever keyboard composed its letters (NIST SP 800-63B, 5.1.1.2). */
function normal(password: string): string {
  return password.normalize('NFKC');
}

function gate(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (running >= atATime) {
      if (queue.length >= mayWait) {
        throw new IdiographError('store-busy', 'too many sign-ins at once', { remedy: 'Try again in a few seconds.' });
      }
      await new Promise<void>((go) => queue.push(go));
    } else running++;
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
