/** What every message of a ceremony says about itself in its frames. */
import { expect, test } from 'vitest';
import { closedRefresh, shown } from '../test-support/engine.ts';
import { decodeEnvelope } from '../ceremony/envelope.ts';
import { CeremonyError } from '../ceremony/errors.ts';
import type { Message } from '../ceremony/message.ts';
import { decodeTopic, encodeTopic, NO_TOPIC } from '../optical/wire/topic.ts';
import { topicOf } from './topics.ts';

const { run, context } = await closedRefresh({ seed: 'topics' });
const messages = shown(run);
const ceremony = context.id.slice(0, 4);

test('every message of a ceremony has the topic of its ceremony, kind, round and sender, in eight bytes', () => {
  const kinds = new Set<string>();
  for (const message of messages) {
    const topic = topicOf(message);
    kinds.add(topic.kind);
    expect(topic.kind).toBe(message.type);
    expect(topic.ceremony).toEqual(ceremony);
    expect(decodeTopic(encodeTopic(topic))).toEqual(topic);
    if (message.type !== 'envelope') continue;
    const { sender, round } = decodeEnvelope(message.envelope).payload;
    expect(`${topic.sender}-${topic.number}`).toBe(sender);
    expect(topic.round).toBe(round);
  }
  expect([...kinds].sort()).toEqual(['bundle', 'checkpoint', 'cosignature', 'envelope', 'plan']);
  const about = (kind: string): string[] =>
    messages
      .map((message) => topicOf(message))
      .filter((topic) => topic.kind === kind)
      .map(({ sender, number, round }) => `${sender} ${number} ${round}`)
      .sort();
  // Of a bundle, the number is its attempt.
  expect(about('bundle')).toEqual([0, 1, 2, 3, 4, 5].map((round) => `administrator 1 ${round}`));
  expect(about('cosignature')).toEqual(['holder 1 0', 'holder 2 0', 'holder 3 0', 'witness 1 0']);
  expect(new Set(about('checkpoint'))).toEqual(new Set(['administrator 0 0']));
});

test('what belongs to no ceremony says only what it is', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(topicOf({ reseal: 1, type: 'card', card: bytes })).toEqual({ ...NO_TOPIC, kind: 'card' });
  expect(topicOf({ reseal: 1, type: 'key', record: bytes })).toEqual({ ...NO_TOPIC, kind: 'key' });
});

test('what cannot be decoded has no topic', () => {
  const envelope = Uint8Array.of(1);
  const broken: Message = { reseal: 1, type: 'envelope', ceremony: context.id, envelope, sealed: [] };
  expect(() => topicOf(broken)).toThrow(CeremonyError);
});
