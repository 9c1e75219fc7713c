import type { Bridge } from '../electron/ipc/contract.ts';

declare global {
  interface Window {
    readonly reseal: Bridge;
  }
}
