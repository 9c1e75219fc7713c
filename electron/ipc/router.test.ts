import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainForWindow } from '../../laptop/errors.ts';
import { CeremonyError } from '../../ceremony/errors.ts';
import { invokeContract, type PushPayload } from './contract.ts';
import { createPush, createRouter, type Handlers } from './router.ts';

const ORIGIN = 'app://console';
const window = { frameUrl: `${ORIGIN}/`, isMainFrame: true };

/** Handlers that all do the same; what they get is noted. */
function everywhere(act: (input: unknown) => unknown): Handlers {
  return Object.fromEntries(
    Object.keys(invokeContract).map((channel) => [channel, act]),
  ) as unknown as Handlers;
}

function setUp(act: (input: unknown) => unknown = () => ({})) {
  const calls: unknown[] = [];
  const reports: unknown[] = [];
  const handlers = everywhere((input) => {
    calls.push(input);
    return act(input);
  });
  const dispatch = createRouter(ORIGIN, handlers, (error) => reports.push(error), explainForWindow);
  return { calls, reports, dispatch };
}

test('a message of the contract is handed on, and its answer comes back', async () => {
  const { calls, reports, dispatch } = setUp(() => Promise.resolve({ path: '/a/b' }));
  const reply = await dispatch(window, 'folder:make', { parent: '/a', name: 'b' });
  expect(reply).toEqual({ ok: true, value: { path: '/a/b' } });
  expect(calls).toEqual([{ parent: '/a', name: 'b' }]);
  expect(reports).toEqual([]);
});

test.each([
  ['a frame inside the window', { frameUrl: `${ORIGIN}/`, isMainFrame: false }],
  ['another origin', { frameUrl: 'https://example.com/', isMainFrame: true }],
  ['another host of the same scheme', { frameUrl: 'app://other/', isMainFrame: true }],
  ['a host that begins alike', { frameUrl: 'app://console.example/', isMainFrame: true }],
  ['a port', { frameUrl: 'app://console:8080/', isMainFrame: true }],
  ['an empty page', { frameUrl: 'about:blank', isMainFrame: true }],
  ['no address at all', { frameUrl: '', isMainFrame: true }],
])('refuses %s, before anything is read', async (_what, sender) => {
  const { calls, dispatch } = setUp();
  // The channel is wrong, too: who asks is judged first.
  expect(await dispatch(sender, 'no:such', {})).toMatchObject({ ok: false, code: 'untrusted-sender' });
  expect(await dispatch(sender, 'vault:lock', {})).toMatchObject({ ok: false, code: 'untrusted-sender' });
  expect(calls).toEqual([]);
});

test.each(['no:such', 'toString', '__proto__', 'constructor', '', 7, null, undefined, ['vault:lock']])(
  'refuses the channel %j',
  async (channel) => {
    const { calls, dispatch } = setUp();
    expect(await dispatch(window, channel, {})).toMatchObject({ ok: false, code: 'unknown-channel' });
    expect(calls).toEqual([]);
  },
);

test.each([
  ['a missing field', 'vault:open', {}],
  ['a field that is not in the contract', 'vault:open', { passphrase: 'x', admin: true }],
  ['another type', 'vault:open', { passphrase: ['x'] }],
  ['too long a text', 'vault:open', { passphrase: 'x'.repeat(4097) }],
  ['nothing', 'vault:open', undefined],
])('refuses %s as input', async (_what, channel, input) => {
  const { calls, reports, dispatch } = setUp();
  expect(await dispatch(window, channel, input)).toMatchObject({ ok: false, code: 'bad-input' });
  expect(calls).toEqual([]);
  expect(reports).toHaveLength(1);
});

test('what a window sent is in no report', async () => {
  const { reports, dispatch } = setUp();
  await dispatch(window, 'vault:open', { passphrase: 'correct horse '.repeat(400) });
  await dispatch(window, 'vault:create', { passphrase: 'correct horse', alg: 'correct horse' });
  expect(reports).toHaveLength(2);
  expect(reports.map(String).join('\n')).not.toContain('correct horse');
});

test('an answer that breaks the contract is not shown', async () => {
  const { reports, dispatch } = setUp(() => ({ path: '/a', share: 'secret scalar' }));
  const reply = await dispatch(window, 'folder:make', { parent: '/a', name: 'b' });
  expect(reply).toMatchObject({ ok: false, code: 'bad-output' });
  expect(JSON.stringify(reply)).not.toContain('secret scalar');
  expect(reports.map(String).join()).toContain('output breaks the contract');
});

test('a refusal is shown with code, sentence and next step', async () => {
  const { reports, dispatch } = setUp(() => {
    throw new CeremonyError('bad-plan', 'The plan has no holder 3.', 'Choose another card.');
  });
  expect(await dispatch(window, 'vault:open', { passphrase: 'x' })).toEqual({
    ok: false,
    code: 'refused',
    reason: 'bad-plan',
    message: 'The plan has no holder 3.',
    next: 'Choose another card.',
  });
  expect(reports).toEqual([]);
});

test('any other error is reported and not shown', async () => {
  const defect = new TypeError('cannot read properties of 0xdeadbeef');
  const { reports, dispatch } = setUp(() => Promise.reject(defect));
  const reply = await dispatch(window, 'vault:lock', {});
  expect(reply).toMatchObject({ ok: false, code: 'internal', reason: null });
  expect(reports).toEqual([defect]);
});

test('property: no text of a defect is ever in a reply', async () => {
  const thrown = fc.string({ minLength: 12 }).chain((text) =>
    fc.constantFrom<{ text: string; value: unknown }>(
      { text, value: new Error(text) },
      { text, value: new RangeError(text, { cause: text }) },
      { text, value: Object.assign(new Error(text), { code: text, next: text, reason: text }) },
      { text, value: text },
      { text, value: { message: text, name: text, next: text } },
      {
        text,
        value: {
          get name(): string {
            throw new Error(text);
          },
        },
      },
    ),
  );
  const silence = JSON.stringify(
    await setUp(() => {
      throw new Error();
    }).dispatch(window, 'vault:lock', {}),
  );
  await fc.assert(
    fc.asyncProperty(thrown, fc.boolean(), async ({ text, value }, later) => {
      const { dispatch } = setUp(() => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- anything can be thrown
        if (later) return Promise.reject(value);
        throw value;
      });
      const reply = JSON.stringify(await dispatch(window, 'vault:lock', {}));
      expect(reply, text).toBe(silence);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('a report or an explanation that fails itself does not become the answer', async () => {
  const dispatch = createRouter(
    ORIGIN,
    everywhere(() => {
      throw new Error('first');
    }),
    () => {
      throw new Error('second');
    },
    () => {
      throw new Error('third');
    },
  );
  expect(await dispatch(window, 'vault:lock', {})).toMatchObject({ ok: false, code: 'internal' });
});

test('a push that breaks the contract is reported and not sent', () => {
  const sent: unknown[] = [];
  const reports: unknown[] = [];
  const push = createPush(
    (channel) => sent.push(channel),
    (error) => reports.push(error),
  );
  push('state', { share: 'secret scalar' } as unknown as PushPayload<'state'>);
  expect(sent).toEqual([]);
  expect(reports).toHaveLength(1);
  expect(String(reports[0])).not.toContain('secret scalar');
});

test('a push of the contract is sent', () => {
  const sent: unknown[] = [];
  const reports: unknown[] = [];
  const state: PushPayload<'state'> = {
    revision: 1,
    version: '0.1.0',
    software: { digest: 'ab', words: [] },
    host: 'chromium',
    home: '/home',
    phase: 'no-vault',
    laptop: null,
    keys: [],
    oldBackups: [],
    courier: null,
    ceremonies: [],
    outgoing: [],
    notices: [],
    networks: [],
    settings: {
      theme: 'system',
      projector: false,
      backupFolder: '/b',
      optical: { preset: 'laptop', density: 5, rate: 15, codes: 1, sound: true, measured: null },
    },
    place: { screen: 'home' },
    busy: null,
  };
  createPush(
    (channel, payload) => sent.push([channel, payload]),
    (error) => reports.push(error),
  )('state', state);
  expect(reports).toEqual([]);
  expect(sent).toEqual([['state', state]]);
});
