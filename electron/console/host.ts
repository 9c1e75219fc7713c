/** What the application (`startConsole`) needs from its surroundings. Electron is one host, Chromium another. */
import type { PushChannel, Reply } from '../ipc/contract.ts';

/** Everything the application needs from its surroundings. */
export interface Host {
  readonly kind: 'electron' | 'chromium';
  /** Origin of the window (`app://console`): messages from elsewhere are refused. */
  readonly appOrigin: string;
  /** Folder of this laptop (vault, records). */
  readonly home: string;
  readonly version: string;
  /** Where the engine's code lies: a module for a worker thread. */
  readonly engine: URL;
  /** SHA-256 over the program's files, 64 hex characters (electron/main/software.ts). */
  readonly softwareDigest: string;
  /** Hands over the one function that answers the window. Called once, before the window is opened. */
  serve(dispatch: Dispatch): void;
  /** Sends to the window. Payloads are structured-cloned; a window that is gone hears nothing. */
  send(channel: PushChannel, payload: unknown): void;
  /** An error that no person should see; never contains a secret. */
  report(error: unknown): void;
}

/** Who sent a message, as the host saw it; never as the message says. */
export interface Sender {
  readonly frameUrl: string;
  readonly isMainFrame: boolean;
}

/** Answers one message. Never rejects: errors are values. */
export type Dispatch = (sender: Sender, channel: unknown, input: unknown) => Promise<Reply>;

export interface RunningConsole {
  /** Locks the vault and ends the engine. May be called more than once. */
  close(): Promise<void>;
}

/** The application: electron/console/console.ts exports it under this name. */
export type StartConsole = (host: Host) => RunningConsole;
