/** The only bridge into the window: two functions, frozen. It runs in a world of its own and decides nothing. */
import { contextBridge, ipcRenderer } from 'electron';
import type { Bridge, Reply } from '../ipc/contract.ts';

const bridge: Bridge = Object.freeze({
  invoke: (channel: string, input: unknown): Promise<Reply> =>
    ipcRenderer.invoke('reseal', channel, input) as Promise<Reply>,
  onPush: (listener: (channel: string, payload: unknown) => void) => {
    // The event has the sender in it, which is none of the window's business.
    const hear = (_event: unknown, channel: string, payload: unknown): void => {
      listener(channel, payload);
    };
    ipcRenderer.on('reseal:push', hear);
    return () => {
      ipcRenderer.off('reseal:push', hear);
    };
  },
});

contextBridge.exposeInMainWorld('reseal', bridge);
