import { IdiographError } from '../../dossier/errors.ts';
import type { RandomBytes } from './secrets.ts';

const shortestPassword = 12;
const longestPassword = 256;

/** Words that begin most of the passwords that others guess first. Own choice, lower case, letters only. */
const commonWords = new Set(
  `password passwort passphrase letmein welcome willkommen admin administrator root owner user guest test changeme
  secret geheim login master monkey dragon football baseball basketball soccer hockey iloveyou sunshine princess
  superman batman starwars pokemon shadow michael jordan charlie jennifer hunter killer trustno default idiograph
  hospital klinik clinic clinician doctor patient medicine research researcher viewer hello computer internet
  google facebook summer winter spring autumn sommer herbst january december monday friday qwerty qwertz azerty`.split(
    /\s+/,
  ),
);
const runs = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890123456789',
  'qwertyuiop',
  'qwertzuiop',
  'asdfghjkl',
  'yxcvbnm',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv',
];

/** Why this password will not do, or undefined. Length counts most (NIST SP 800-63B); no rules about kinds of characters. */
export function passwordObjection(password: string, name: string): string | undefined {
  const text = password.normalize('NFKC');
  const length = [...text].length;
  if (length < shortestPassword) return `it needs at least ${shortestPassword} characters`;
  if (length > longestPassword) return `it may have at most ${longestPassword} characters`;
  const plain = unleeted(text.toLowerCase());
  const own = unleeted(name.normalize('NFKC').toLowerCase());
  if (own.length >= 3 && plain.includes(own)) return 'it contains the name of the account';
  if (new Set(text.toLowerCase()).size < 5) return 'it repeats few characters';
  if (withoutRuns(text.toLowerCase()).length < 6) return 'it is a row of keys or letters';
  const letters = (one: string) => one.replace(/[^\p{L}]/gu, '');
  const lower = text.toLowerCase();
  if (letters(lower) === '') return 'it has no letter';
  // With its digits taken as letters inside (p4ssw0rd), and as what is hung on at its ends (password1234).
  const cores = [lower, unleeted(lower.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))];
  if (cores.some((core) => isCommon(letters(core)))) return 'it is one of the passwords that are guessed first';
  return undefined;
}

/** Throws `usage` with the reason. */
export function assertGoodPassword(password: string, name: string): void {
  const objection = passwordObjection(password, name);
  if (objection !== undefined) {
    throw new IdiographError('usage', `this password will not do: ${objection}`, {
      remedy: 'Take a sentence or several words that nobody connects with you.',
    });
  }
}

/** One common word, or the same repeated, or two: with whatever digits and signs around. */
function isCommon(letters: string): boolean {
  if (commonWords.has(letters)) return true;
  for (let cut = 3; cut <= letters.length - 1; cut++) {
    const [first, rest] = [letters.slice(0, cut), letters.slice(cut)];
    if (commonWords.has(first) && (rest.length < 3 || commonWords.has(rest) || rest === first)) return true;
    if (letters.split(first).join('') === '') return true;
  }
  return false;
}

function unleeted(text: string): string {
  const plain: Record<string, string> = {
    '0': 'o',
    '1': 'i',
    '3': 'e',
    '4': 'a',
    '5': 's',
    '7': 't',
    '@': 'a',
    $: 's',
    '!': 'i',
  };
  return text.replace(/[013457@$!]/g, (one) => plain[one] ?? one);
}

/** What is left when rows of four and more neighbours (abcd, 4321, qwert) are taken out. */
function withoutRuns(text: string): string {
  const rows = runs.flatMap((row) => [row, [...row].reverse().join('')]);
  let left = '';
  for (let at = 0; at < text.length; ) {
    let length = 1;
    while (at + length < text.length && rows.some((row) => row.includes(text.slice(at, at + length + 1)))) length++;
    if (length < 4) left += text.slice(at, at + length);
    at += length;
  }
  return left;
}

/**
 * A password that can be read out: six proquints (Wilkerson 2009, arXiv:0901.4016), 16 bits each, 96 bits in all, such as
 * `lusab-babad-gutih-tugad-mupoz-volap`.
 */
export function generatePassword(randomBytes: RandomBytes): string {
  const bytes = randomBytes(12);
  const words: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) words.push(proquint((bytes[i]! << 8) | bytes[i + 1]!));
  return words.join('-');
}

function proquint(sixteenBits: number): string {
  const consonants = 'bdfghjklmnprstvz';
  const vowels = 'aiou';
  return (
    consonants[(sixteenBits >> 12) & 15]! +
    vowels[(sixteenBits >> 10) & 3]! +
    consonants[(sixteenBits >> 6) & 15]! +
    vowels[(sixteenBits >> 4) & 3]! +
    consonants[sixteenBits & 15]!
  );
}
