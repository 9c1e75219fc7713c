/** Messages from lines of URs, as a scanner or another program wrote them into a file: in any order, several of them mixed. */
import { UrReceiver, type UrProgress } from '../optical/ur/receiver.ts';
import type { UrFault } from '../optical/ur/text.ts';
import { UsageError } from './errors.ts';

export interface UrMessage {
  readonly type: string;
  /** Its checksum fits; nothing else was looked at. */
  readonly cbor: Uint8Array;
  /** Fragments that it was cut into; 1 for a single UR. */
  readonly parts: number;
}

export interface UrLines {
  /** In the order in which they became whole. */
  readonly messages: readonly UrMessage[];
  /** Messages of which parts are missing, the furthest first. */
  readonly unfinished: readonly UrProgress[];
}

/**
 * Reads lines, empty ones apart. Throws UsageError naming the line that is no UR (exit 2), or the one with which a
 * message turned out not to be what its parts say (exit 1). `what` names the file.
 */
export function readUrLines(text: string, what: string): UrLines {
  const receiver = new UrReceiver();
  const messages: UrMessage[] = [];
  let lines = 0;
  for (const [at, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '') continue;
    lines += 1;
    const heard = receiver.add(trimmed);
    if (heard.what === 'noise')
      throw new UsageError(`${what}, line ${at + 1}: ${urFaultSentence(heard.fault)}`);
    if (heard.what === 'spoilt')
      throw new UsageError(
        `${what}, line ${at + 1}: with this part the message is whole, and its checksum does not fit. One of its parts was made up: fetch them again from where they come from.`,
        1,
      );
    if (heard.what === 'finished')
      messages.push({ type: heard.type, cbor: heard.cbor, parts: heard.progress.needed });
  }
  if (lines === 0) throw new UsageError(`${what} is empty: expected a line "ur:…", or several.`);
  return { messages, unfinished: receiver.progress() };
}

/** What is wrong with a text, and what to do about it. */
export function urFaultSentence(fault: UrFault): string {
  switch (fault) {
    case 'not-a-ur':
      return 'this does not begin with "ur:". Leave out whatever is not a UR.';
    case 'bad-form':
      return 'expected ur:type/letters, or ur:type/1-9/letters for a part. Copy the line again, whole.';
    case 'not-words':
      return 'the letters behind the last slash are not Bytewords. Copy the line again, whole.';
    case 'bad-checksum':
      return 'the checksum does not fit: something was misread or left out. Copy the line again, whole.';
    case 'bad-part':
      return 'this is not a part of a message. Make it again with the program that it comes from.';
    case 'too-large':
      return 'the message is larger than 1 MiB, or cut into more than 4096 parts. Bring it as a file.';
  }
}
