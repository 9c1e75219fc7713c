// The engine's thread from outside: calls, refusals, and a thread that dies.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../test-support/folders.ts';
import type { ConsoleState } from '../ipc/state.ts';
import { EngineClient, EngineRefusal } from './engine-client.ts';

const START = { home: '/nowhere', version: 'test', host: 'chromium', softwareDigest: 'ab' } as const;

/** An engine made of a few lines, in a thread of its own. */
function engine(body: string): { client: EngineClient; states: ConsoleState[]; reports: unknown[] } {
  const code = `import { parentPort, workerData } from 'node:worker_threads';
    const answer = (id, value) => parentPort.postMessage({ type: 'answer', id, value });
    parentPort.on('message', (message) => {
      if (message === 'close') { parentPort.postMessage({ type: 'closed' }); process.exit(0); }
      const { id, channel, input } = message;
      ${body}
    });`;
  const states: ConsoleState[] = [];
  const reports: unknown[] = [];
  const client = new EngineClient(new URL(`data:text/javascript,${encodeURIComponent(code)}`), START, {
    state: (state) => states.push(state),
    report: (error) => reports.push(error),
  });
  return { client, states, reports };
}

const refusal = async (work: Promise<unknown>): Promise<EngineRefusal> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof EngineRefusal) return error;
    throw error;
  }
  throw new Error('not refused');
};

describe('the engine’s thread', () => {
  it('answers calls in whatever order it likes, each to its caller', async () => {
    const { client } = engine(`setTimeout(() => answer(id, { channel, input }), input.after);`);
    const slow = client.call('vault:open', { after: 60 });
    const fast = client.call('card:list', { after: 0 });
    expect(await Promise.race([slow, fast])).toEqual({ channel: 'card:list', input: { after: 0 } });
    expect(await slow).toMatchObject({ channel: 'vault:open' });
    await client.close();
    await client.close();
  });

  it('passes on a refusal with its words, and a defect with none for the person', async () => {
    const { client } = engine(
      `parentPort.postMessage(channel === 'vault:open'
        ? { type: 'refusal', id, internal: false, reason: 'wrong-passphrase', message: 'No.', next: 'Again.' }
        : { type: 'refusal', id, internal: true, detail: 'a stack trace' });`,
    );
    expect((await refusal(client.call('vault:open', {}))).refusal).toEqual({
      type: 'refusal',
      id: 1,
      internal: false,
      reason: 'wrong-passphrase',
      message: 'No.',
      next: 'Again.',
    });
    expect((await refusal(client.call('card:list', {}))).refusal.internal).toBe(true);
    await client.close();
  });

  it('that dies is started again: open calls are refused with the next step, and the window gets a new state', async () => {
    const { client, states, reports } = engine(
      `if (channel === 'vault:open') throw new Error('out of memory');
       answer(id, { phase: 'locked', home: workerData.home });`,
    );
    const { refusal: why } = await refusal(client.call('vault:open', {}));
    expect(why).toMatchObject({ internal: false, reason: 'engine-stopped' });
    expect(why.internal ? '' : why.next).toContain('Unlock the vault');
    expect(String(reports[0])).toContain('out of memory');
    expect(await client.call('state:get', {})).toEqual({ phase: 'locked', home: '/nowhere' });
    expect(states).toEqual([{ phase: 'locked', home: '/nowhere' }]);
    await client.close();
  });

  it('that dies again and again is not started any more, and says so', async () => {
    const { client, reports } = engine(`throw new Error('broken');`);
    for (let death = 0; death < 2; death++) await refusal(client.call('vault:open', {}));
    for (
      let wait = 0;
      wait < 100 && !reports.some((one) => String(one).includes('not started any more'));
      wait++
    )
      await new Promise((resolve) => setTimeout(resolve, 50));
    const { refusal: why } = await refusal(client.call('card:list', {}));
    expect(why).toMatchObject({ internal: false, message: 'The program behind the window does not start.' });
    await client.close();
  });
});

describe('the real engine’s thread', () => {
  it('that dies leaves a vault that can be unlocked', async () => {
    const home = join(temporaryFolder(), 'alma');
    const client = new EngineClient(
      new URL('./engine/worker.ts', import.meta.url),
      { ...START, home },
      { state: () => undefined, report: () => undefined },
    );
    try {
      await client.call('vault:create', {
        laptop: 'A',
        custodian: 'Alma',
        passphrase: 'rehearsal',
        alg: 'ES256',
        rehearsal: true,
      });
      await client.kill();
      expect(await client.call('state:get', {})).toMatchObject({ phase: 'locked' });
      await client.call('vault:open', { passphrase: 'rehearsal' });
      expect(await client.call('state:get', {})).toMatchObject({ phase: 'open' });
    } finally {
      await client.close();
    }
  });
});
