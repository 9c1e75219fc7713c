/** The typed client of the program behind the window. Holds every reply and push against the contract; never throws. */
import {
  invokeContract,
  pushContract,
  type Bridge,
  type ErrorCode,
  type InvokeChannel,
  type InvokeInput,
  type InvokeOutput,
  type Reply,
} from '../electron/ipc/contract.ts';
import type { ConsoleState } from '../electron/ipc/state.ts';

declare global {
  interface Window {
    /** Put there by the preload script; absent outside the console. */
    readonly reseal?: Bridge;
  }
}

/** A refusal or a fault, in sentences for the person. */
export interface Failure {
  readonly code: ErrorCode;
  /** The refusal's own code, where it is one. */
  readonly reason: string | null;
  readonly message: string;
  readonly next: string | null;
}
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

const fault = (message: string): { readonly ok: false; readonly failure: Failure } => ({
  ok: false,
  failure: {
    code: 'internal',
    reason: null,
    message,
    next: 'Close the window and start Reseal again. Ceremonies go on where they were.',
  },
});

/** Asks the program. Whatever goes wrong comes back as a value. */
export async function invoke<C extends InvokeChannel>(
  channel: C,
  input: InvokeInput<C>,
): Promise<Result<InvokeOutput<C>>> {
  const bridge = window.reseal;
  if (bridge === undefined) return fault('This window is not connected to the program behind it.');
  let reply: Reply;
  try {
    reply = await bridge.invoke(channel, input);
  } catch {
    return fault('The program behind this window does not answer.');
  }
  if (!reply.ok) {
    const { code, reason, message, next } = reply;
    return { ok: false, failure: { code, reason, message, next } };
  }
  const parsed = invokeContract[channel].output.safeParse(reply.value);
  return parsed.success
    ? { ok: true, value: parsed.data as InvokeOutput<C> }
    : fault('The program behind this window gave an answer that cannot be read.');
}

/** Calls back with every state that is pushed. Returns what ends it. */
export function onState(listener: (state: ConsoleState) => void): () => void {
  return (
    window.reseal?.onPush((channel, payload) => {
      if (channel !== 'state') return;
      const parsed = pushContract.state.safeParse(payload);
      if (parsed.success) listener(parsed.data);
    }) ?? (() => undefined)
  );
}
