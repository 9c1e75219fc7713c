/** What the window asks for screen and camera: the folder that keeps what was said and seen, bodies to show, what was seen. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../../laptop/errors.ts';
import { packBody } from '../../../optical/wire/body.ts';
import { decodeTopic, encodeTopic } from '../../../optical/wire/topic.ts';
import type { Hearing, Taken } from '../../ipc/optical.ts';
import { hear, take } from './offers.ts';
import type { Courier, OpenLaptop } from './open-laptop.ts';

/** The folder of this laptop that keeps what it showed and what its camera saw. Nobody else looks into it. */
export function mailbox(home: string): Courier & { readonly path: string } {
  const path = join(home, 'mailbox');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return { path, by: 'camera' };
}

/** The body to show under this id, and its topic. Throws UsageError when that has changed meanwhile. */
export async function contentOf(
  opened: OpenLaptop,
  id: string,
): Promise<{ body: Uint8Array; topic: Uint8Array }> {
  const show = await opened.show(id);
  if (show === undefined)
    throw new UsageError('There is nothing to show under this name any more: look at the step again.', 1);
  return { body: packBody(show.messages), topic: encodeTopic(show.topic) };
}

export function heard(opened: OpenLaptop, topic: Uint8Array, ceremony: string | null): Hearing {
  const about = decodeTopic(topic);
  return about === undefined
    ? {
        verdict: 'other',
        who: 'A message',
        sentence: 'This is a message of a kind that this program does not know.',
      }
    : hear(opened.laptop, about, ceremony);
}

/** Messages build on one another, so they are taken in their order, and each one is acted on before the next. */
export async function takeAll(
  opened: OpenLaptop,
  messages: readonly Uint8Array[],
  ceremony: string | null,
): Promise<Taken[]> {
  const outcomes: Taken[] = [];
  for (const message of messages) {
    const outcome = await take(opened.laptop, message, ceremony);
    outcomes.push(outcome);
    if (outcome.verdict === 'taken') await opened.sync();
  }
  return outcomes;
}
