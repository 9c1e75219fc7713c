/** The program's side of the contract: who asks, what for, with what, and what may be answered. Knows no host. */
import type { z } from 'zod';
import type { Dispatch } from '../console/host.ts';
import { originOf } from '../security/policy.ts';
import { invokeContract, pushContract } from './contract.ts';
import type { ErrorCode, InvokeChannel, InvokeOutput, PushChannel, PushPayload, Reply } from './contract.ts';

/** One function per channel. It gets what the contract's schema let through. */
export type Handlers = {
  readonly [C in InvokeChannel]: (
    input: z.output<(typeof invokeContract)[C]['input']>,
  ) => InvokeOutput<C> | Promise<InvokeOutput<C>>;
};

/** An error that was written for people, as they see it. */
export interface Refusal {
  /** Stable code of the refusal (`wrong-passphrase`), where it has one. */
  readonly reason: string | null;
  readonly message: string;
  readonly next: string | null;
}

const INTERNAL = 'Something went wrong that Reseal did not foresee.';
const INTERNAL_NEXT = 'Nothing was half-written. Try again; if it happens again, close Reseal and report it.';

/**
 * The function that answers a window. It never rejects.
 *
 * @param appOrigin only messages from the main frame of a page of this origin are looked at
 * @param explain tells an error for people from a defect: null means a defect, and its text is never shown
 * @param report is told about defects and about messages that break the contract; values of a message are never in it
 */
export function createRouter(
  appOrigin: string,
  handlers: Handlers,
  report: (error: unknown) => void,
  explain: (error: unknown) => Refusal | null,
): Dispatch {
  return async (sender, channel, input) => {
    try {
      // First of all, before anything of the message itself is looked at.
      if (!sender.isMainFrame || originOf(sender.frameUrl) !== appOrigin)
        return failed('untrusted-sender', 'This message did not come from the console, so it was not read.');
      if (typeof channel !== 'string' || !Object.hasOwn(invokeContract, channel))
        return failed('unknown-channel', 'The window asked for something that does not exist.');

      const spec = invokeContract[channel as InvokeChannel];
      const parsed = spec.input.safeParse(input);
      if (!parsed.success) {
        tell(report, new ContractError(channel, 'input', parsed.error));
        return failed('bad-input', 'The window sent something that Reseal does not understand.');
      }
      const handler = handlers[channel as InvokeChannel] as (input: unknown) => unknown;
      const output = spec.output.safeParse(await handler(parsed.data));
      if (!output.success) {
        tell(report, new ContractError(channel, 'output', output.error));
        return failed('bad-output', INTERNAL, INTERNAL_NEXT);
      }
      return { ok: true, value: output.data };
    } catch (error) {
      const refusal = refusalOf(explain, error);
      if (refusal !== null) return { ok: false, code: 'refused', ...refusal };
      tell(report, error);
      return failed('internal', INTERNAL, INTERNAL_NEXT);
    }
  };
}

/** Sends to the window what keeps the contract, and reports what does not. */
export type Push = <C extends PushChannel>(channel: C, payload: PushPayload<C>) => void;

export function createPush(
  send: (channel: PushChannel, payload: unknown) => void,
  report: (error: unknown) => void,
): Push {
  return (channel, payload) => {
    const parsed = pushContract[channel].safeParse(payload);
    if (parsed.success) send(channel, parsed.data);
    else tell(report, new ContractError(channel, 'push', parsed.error));
  };
}

/** A message that does not fit the contract: where and how, but not what it said. */
export class ContractError extends Error {
  constructor(channel: string, direction: 'input' | 'output' | 'push', error: z.ZodError) {
    const where = error.issues.map((issue) => `${issue.path.map(String).join('.') || '.'}: ${issue.code}`);
    super(`${channel}: ${direction} breaks the contract (${where.slice(0, 8).join('; ')})`);
    this.name = 'ContractError';
  }
}

function failed(code: ErrorCode, message: string, next: string | null = null): Reply {
  return { ok: false, code, reason: null, message, next };
}

/** The three fields of a refusal and nothing else that may hang on it. A failing `explain` explains nothing. */
function refusalOf(explain: (error: unknown) => Refusal | null, error: unknown): Refusal | null {
  try {
    const refusal = explain(error);
    return refusal === null ? null : { reason: refusal.reason, message: refusal.message, next: refusal.next };
  } catch {
    return null;
  }
}

/** A failing report must not become the answer. */
function tell(report: (error: unknown) => void, error: unknown): void {
  try {
    report(error);
  } catch {
    // Nobody is left to tell.
  }
}
