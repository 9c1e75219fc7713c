/**
 * What stands between the built preload script and Chromium: an `electron` of two objects, made of one binding. The page
 * calls it in both directions: invokes carry a message, and a call that waits is answered with the next push. So nothing
 * has to be left lying in the page for the host to call.
 */

/** Name of the binding. The script below takes it away before any code of the page runs. */
export const BINDING = '__resealHost';

/** What the page says through the binding. */
export type Call =
  { readonly ask: 'invoke'; readonly channel: unknown; readonly input: unknown } | { readonly ask: 'push' };

/** The script that runs in every new document, before the document's own. */
export function preloadScript(preload: string): string {
  return `(${standIn.toString()})(${JSON.stringify(BINDING)}, (require, module, exports) => {\n${preload}\n});`;
}

/**
 * Runs in the page, as text: it can use nothing from this module.
 *
 * @param binding name of the function that the host put there
 * @param preload the built preload script, as a CommonJS module
 */
function standIn(
  binding: string,
  preload: (require: (name: string) => unknown, module: object, exports: object) => void,
): void {
  const page = globalThis as unknown as Record<string, unknown> & { readonly top: unknown };
  const call = page[binding] as (said: object) => Promise<unknown>;
  Reflect.deleteProperty(page, binding);
  // Electron gives frames inside the window no preload script.
  if (page.top !== page) return;

  type Hear = (event: object, ...parts: unknown[]) => void;
  const listeners = new Set<Hear>();
  let waiting = false;
  const waitForPush = async (): Promise<void> => {
    for (;;) {
      const [channel, payload] = (await call({ ask: 'push' })) as [string, unknown];
      for (const hear of [...listeners]) hear({}, channel, payload);
    }
  };
  const ipcRenderer = {
    invoke: (name: string, channel: unknown, input: unknown): Promise<unknown> => {
      if (name !== 'reseal') return Promise.reject(new Error(`no handler for "${name}"`));
      return new Promise((settle) => {
        settle(call({ ask: 'invoke', channel, input: structuredClone(input) }));
      });
    },
    on: (name: string, hear: Hear): void => {
      if (name !== 'reseal:push') return;
      listeners.add(hear);
      if (waiting) return;
      waiting = true;
      waitForPush().catch(() => undefined);
    },
    off: (_name: string, hear: Hear): void => {
      listeners.delete(hear);
    },
  };
  const contextBridge = {
    exposeInMainWorld: (name: string, api: Record<string, unknown>): void => {
      Object.defineProperty(page, name, {
        value: Object.freeze({ ...api }),
        enumerable: true,
        writable: false,
        configurable: false,
      });
    },
  };
  preload(
    (name) => {
      if (name === 'electron') return { contextBridge, ipcRenderer };
      throw new Error(`a preload script may not require "${name}"`);
    },
    {},
    {},
  );
}
