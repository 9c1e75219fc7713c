/**
 * The whole application behind the window. It runs the same under Electron and under Chromium: the engine in a thread
 * of its own, the contract in front of it, and one state that is pushed whenever it changed.
 */
import { invokeContract, type InvokeChannel } from '../ipc/contract.ts';
import { createPush, createRouter, type Handlers } from '../ipc/router.ts';
import { EngineClient, EngineRefusal } from './engine-client.ts';
import type { Host, RunningConsole } from './host.ts';

export type { Host, RunningConsole } from './host.ts';

/** Starts the application in its surroundings. The vault is locked, or not made yet. */
export function startConsole(host: Host): RunningConsole {
  const report = (error: unknown): void => {
    host.report(error);
  };
  const push = createPush((channel, payload) => {
    host.send(channel, payload);
  }, report);
  const engine = new EngineClient(
    host.engine,
    { home: host.home, version: host.version, host: host.kind, softwareDigest: host.softwareDigest },
    {
      state: (state) => {
        push('state', state);
      },
      report,
    },
  );
  host.serve(
    createRouter(host.appOrigin, handlersOf(engine), report, (error) => {
      if (!(error instanceof EngineRefusal) || error.refusal.internal) return null;
      const { reason, message, next } = error.refusal;
      return { reason, message, next };
    }),
  );
  return { close: () => engine.close() };
}

/** Every channel goes to the engine; what comes back is held against the contract by the router. */
function handlersOf(engine: EngineClient): Handlers {
  const channels = Object.keys(invokeContract) as InvokeChannel[];
  return Object.fromEntries(
    channels.map((channel) => [channel, (input: unknown) => engine.call(channel, input)]),
  ) as unknown as Handlers;
}
