// What the window cannot do, tried in real Chromium, in the same window and with the same policy as people get.
import { createServer, type Server } from 'node:http';
import type { ConsoleMessage, Response } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createRouter, type Handlers } from '../ipc/router.ts';
import {
  builtProgram,
  openTestConsole,
  removeProgram,
  type TestConsole,
  type TestWindow,
} from '../../test-support/chromium-window.ts';
import { CHROMIUM_ORIGIN, responseHeaders } from '../security/policy.ts';

let out: string;
let opened: TestConsole;
let server: Server;
let port: number;
/** Requests that reached a server on this very machine: there must never be any. */
const arrived: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    arrived.push(request.url ?? '');
    response.setHeader('access-control-allow-origin', '*').end('reached');
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  port = (server.address() as { port: number }).port;
  out = await builtProgram({ 'worker.js': 'self.postMessage("ready");', 'other.html': '<p>other</p>' });
  opened = await openTestConsole(
    out,
    (host) => {
      const handlers = new Proxy({}, { get: () => () => ({}) }) as Handlers;
      host.serve(
        createRouter(
          host.appOrigin,
          handlers,
          () => undefined,
          () => null,
        ),
      );
    },
    // A camera and a microphone that are there, so that it is the permission that decides.
    { args: ['--use-fake-device-for-media-stream'] },
  );
});
afterAll(async () => {
  await opened.close();
  server.close();
  await removeProgram(out);
  expect(arrived).toEqual([]);
});
beforeEach(async () => {
  await opened.page.goto(`${CHROMIUM_ORIGIN}/`);
  await opened.page.waitForSelector('body[data-loaded=yes]');
});

/** Runs code in the window, with the port of the server that must not be reached. */
function inWindow<T>(code: (port: number) => T | Promise<T>): Promise<T> {
  return opened.page.evaluate<T, number>(code as (port: number) => T, port);
}

test('every answer carries every header', async () => {
  const answers: Response[] = [];
  const note = (response: Response): void => {
    answers.push(response);
  };
  opened.page.on('response', note);
  await opened.page.reload();
  await inWindow(async () => {
    await new Promise((settle) => {
      document.body.append(Object.assign(new Image(), { src: '/missing.png', onerror: settle }));
    });
  });
  opened.page.off('response', note);
  expect(answers.map((answer) => `${answer.status()} ${new URL(answer.url()).pathname}`).sort()).toEqual([
    '200 /',
    '200 /main.js',
    '200 /style.css',
    '404 /missing.png',
  ]);
  for (const answer of answers) {
    const headers = await answer.allHeaders();
    for (const [name, value] of Object.entries(responseHeaders)) expect(headers[name]).toBe(value);
  }
});

test('the window works under the policy: own scripts, own styles, a worker, a secure context', async () => {
  expect(
    await inWindow(() => [
      getComputedStyle(document.querySelector('#text')!).color,
      window.isSecureContext,
      window.crossOriginIsolated,
      typeof WebAssembly.Module === 'function' &&
        new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) instanceof WebAssembly.Module,
    ]),
  ).toEqual(['rgb(1, 2, 3)', true, true, true]);
});

test('a browser has nothing to complain of in the policy itself', async () => {
  const complaints: string[] = [];
  const note = (message: ConsoleMessage): void => {
    complaints.push(message.text());
  };
  opened.page.on('console', note);
  await opened.page.reload();
  await opened.page.waitForSelector('body[data-loaded=yes]');
  opened.page.off('console', note);
  expect(complaints).toEqual([]);
});

test('no fetch, XMLHttpRequest, WebSocket, EventSource, beacon: not elsewhere, not to this machine, not to itself', async () => {
  const tried = await inWindow(async (port) => {
    const results: string[] = [];
    for (const url of [
      'https://example.com/',
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      '/main.js',
    ])
      results.push(
        await fetch(url, { mode: 'no-cors' }).then(
          () => `fetched ${url}`,
          () => 'refused',
        ),
      );
    results.push(
      await new Promise((settle) => {
        const request = new XMLHttpRequest();
        request.onload = () => {
          settle('loaded');
        };
        request.onerror = () => {
          settle('refused');
        };
        request.open('GET', `http://127.0.0.1:${port}/xhr`);
        request.send();
      }),
      await new Promise((settle) => {
        try {
          const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
          socket.onopen = () => {
            settle('open');
          };
          socket.onerror = () => {
            settle('refused');
          };
        } catch {
          settle('refused');
        }
      }),
      await new Promise((settle) => {
        try {
          const source = new EventSource(`http://127.0.0.1:${port}/`);
          source.onopen = () => {
            settle('open');
          };
          source.onerror = () => {
            settle('refused');
          };
        } catch {
          settle('refused');
        }
      }),
    );
    navigator.sendBeacon(`http://127.0.0.1:${port}/beacon`, 'x');
    return results;
  });
  expect(tried).toEqual(tried.map(() => 'refused'));
  expect(tried).toHaveLength(7);
});

test('no pictures, styles, scripts or fonts from elsewhere', async () => {
  const results = await inWindow(async (port) => {
    const load = (element: HTMLElement, parent: HTMLElement) =>
      new Promise<string>((settle) => {
        element.onload = () => {
          settle('loaded');
        };
        element.onerror = () => {
          settle('refused');
        };
        parent.append(element);
      });
    const url = `http://127.0.0.1:${port}/`;
    const image = Object.assign(new Image(), { src: `${url}picture.png` });
    const data = Object.assign(new Image(), { src: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' });
    const style = Object.assign(document.createElement('link'), {
      rel: 'stylesheet',
      href: `${url}style.css`,
    });
    const font = await new FontFace('x', `url(${url}font.woff2)`).load().then(
      () => 'loaded',
      () => 'refused',
    );
    return [
      await load(image, document.body),
      await load(data, document.body),
      await load(style, document.head),
      font,
    ];
  });
  expect(results).toEqual(['refused', 'refused', 'refused', 'refused']);
});

test('no eval, no code from strings, no inline script or style, no markup from strings', async () => {
  const results = await inWindow(async () => {
    // As code of the window would do it: what a debugger evaluates is exempt while it runs.
    await new Promise((later) => setTimeout(later, 0));
    const attempt = (act: () => unknown): string => {
      try {
        act();
        return 'done';
      } catch (error) {
        return (error as Error).name;
      }
    };
    const page = globalThis as unknown as Record<string, unknown>;
    const results: Record<string, string> = {
      eval: attempt(() => (0, eval)('1')),
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the same
      Function: attempt(() => new Function('return 1')),
      innerHTML: attempt(() => {
        document.body.insertAdjacentHTML('beforeend', '<b>x</b>');
      }),
      policy: attempt(() =>
        (page['trustedTypes'] as { createPolicy(n: string, p: object): object }).createPolicy('x', {}),
      ),
      'script text': attempt(() => {
        const script = document.createElement('script');
        script.append('globalThis.inlined = 1');
        document.body.append(script);
      }),
      'script address': attempt(() => {
        document.createElement('script').setAttribute('src', 'data:text/javascript,1');
      }),
    };
    const button = document.createElement('button');
    button.setAttribute('style', 'color: rgb(9, 9, 9)');
    document.body.append(button);
    const style = document.createElement('style');
    style.append('#text { color: rgb(8, 8, 8); }');
    document.head.append(style);
    const text = document.querySelector('#text')!;
    return {
      ...results,
      inlined: String(page['inlined']),
      attribute: String(getComputedStyle(button).color === 'rgb(9, 9, 9)'),
      element: String(getComputedStyle(text).color === 'rgb(8, 8, 8)'),
    };
  });
  expect(results).toEqual({
    eval: 'EvalError',
    Function: 'EvalError',
    innerHTML: 'TypeError',
    policy: 'TypeError',
    'script text': 'done', // put there, not run: "inlined" below
    'script address': 'TypeError',
    inlined: 'undefined',
    attribute: 'false',
    element: 'false',
  });
});

test('WebRTC finds no address of this machine', async () => {
  const candidates = await inWindow(async () => {
    const connection = new RTCPeerConnection({ iceServers: [{ urls: 'stun:192.0.2.1' }] });
    const found: string[] = [];
    connection.onicecandidate = ({ candidate }) => {
      if (candidate !== null && candidate.candidate !== '') found.push(candidate.candidate);
    };
    connection.createDataChannel('x');
    await connection.setLocalDescription(await connection.createOffer());
    await new Promise<void>((done) => {
      setTimeout(done, 3000);
      connection.onicegatheringstatechange = () => {
        if (connection.iceGatheringState === 'complete') done();
      };
    });
    connection.close();
    return found;
  });
  expect(candidates).toEqual([]);
});

test('no frame, no second window, no download', async () => {
  const results = await inWindow(async (port) => {
    const frame = document.createElement('iframe');
    frame.src = '/other.html';
    document.body.append(frame);
    const foreign = document.createElement('iframe');
    foreign.src = `http://127.0.0.1:${port}/frame`;
    document.body.append(foreign);
    await new Promise((later) => setTimeout(later, 500));
    const inside = [frame, foreign].map((one) => {
      try {
        return one.contentDocument?.body.textContent ?? '';
      } catch {
        return '';
      }
    });
    window.open(`http://127.0.0.1:${port}/popup`);
    window.open('/other.html');
    const link = Object.assign(document.createElement('a'), {
      href: `http://127.0.0.1:${port}/file`,
      download: 'x',
    });
    document.body.append(link);
    link.click();
    await new Promise((later) => setTimeout(later, 500));
    return inside;
  });
  expect(results).toEqual(['', '']);
  await expect.poll(() => opened.context.pages().length).toBe(1);
});

test('a frame inside the window has no bridge', async () => {
  const kinds = await inWindow(() => {
    const frame = document.createElement('iframe');
    document.body.append(frame);
    return Object.keys(frame.contentWindow as object).filter((name) => /reseal/i.test(name));
  });
  expect(kinds).toEqual([]);
});

test.each([
  'https://example.com/',
  'http://127.0.0.1:PORT/',
  'file:///etc/passwd',
  'data:text/html,x',
  'javascript:1',
])('the window does not go to %s', async (target) => {
  await opened.page
    .evaluate(
      (url) => {
        window.location.href = url;
      },
      target.replace('PORT', String(port)),
    )
    .catch(() => undefined);
  await opened.page.waitForTimeout(300);
  await expect.poll(() => opened.page.url()).toBe(`${CHROMIUM_ORIGIN}/`);
  // And it is still the window, with its bridge.
  expect(await inWindow(() => typeof (window as unknown as TestWindow).reseal)).toBe('object');
});

test('a window led to an empty page comes back', async () => {
  const left = opened.page.waitForEvent('framenavigated', (frame) => frame.url() === 'about:blank');
  await inWindow(() => {
    window.location.href = 'about:blank';
  });
  await left;
  await opened.page.waitForSelector('body[data-loaded=yes]');
  expect(opened.page.url()).toBe(`${CHROMIUM_ORIGIN}/`);
});

test('no form goes anywhere', async () => {
  await inWindow((port) => {
    const form = Object.assign(document.createElement('form'), { action: `http://127.0.0.1:${port}/form` });
    document.body.append(form);
    form.submit();
  });
  await opened.page.waitForTimeout(300);
  expect(opened.page.url()).toBe(`${CHROMIUM_ORIGIN}/`);
});

test('no service worker', async () => {
  const registered = await inWindow(async () => {
    const registration = await Promise.race([
      navigator.serviceWorker.register('/worker.js').catch(() => undefined),
      new Promise<undefined>((settle) =>
        setTimeout(() => {
          settle(undefined);
        }, 1000),
      ),
    ]);
    return registration?.active ?? registration?.installing ?? null;
  });
  expect(registered).toBeNull();
  expect(opened.context.serviceWorkers()).toEqual([]);
});

test('camera pictures may be asked for; sound, places, devices and the clipboard are refused without a question', async () => {
  const states = await inWindow(async () => {
    const names = [
      'camera',
      'microphone',
      'geolocation',
      'notifications',
      'midi',
      'clipboard-read',
      'local-fonts',
    ];
    const states: Record<string, string> = {};
    for (const name of names)
      states[name] = (await navigator.permissions.query({ name: name as PermissionName })).state;
    const media = (wanted: MediaStreamConstraints): Promise<string> =>
      navigator.mediaDevices.getUserMedia(wanted).then(
        (stream) => {
          for (const track of stream.getTracks()) track.stop();
          return 'given';
        },
        (error: unknown) => (error as Error).name,
      );
    const page = navigator as unknown as Record<'usb' | 'serial' | 'hid', { requestDevice?: unknown }>;
    const ask = async (act: () => Promise<unknown>): Promise<string> => {
      try {
        return String(await act());
      } catch (error) {
        return (error as Error).name;
      }
    };
    return {
      ...states,
      video: await media({ video: true }),
      audio: await media({ audio: true }),
      both: await media({ audio: true, video: true }),
      screen: await ask(() => navigator.mediaDevices.getDisplayMedia()),
      usb: typeof page.usb,
    };
  });
  expect(states).toMatchObject({
    camera: 'granted',
    microphone: 'denied',
    geolocation: 'denied',
    notifications: 'denied',
    midi: 'denied',
    'clipboard-read': 'denied',
    'local-fonts': 'denied',
    video: 'given',
    audio: 'NotAllowedError',
    both: 'NotAllowedError',
    screen: 'NotAllowedError',
  });
});

test('the bridge is two functions, frozen, and nothing else of the host is in the window', async () => {
  const seen = await inWindow(() => {
    const page = window as unknown as TestWindow & Record<string, unknown>;
    const descriptor = Object.getOwnPropertyDescriptor(page, 'reseal');
    const changed = Reflect.set(page, 'reseal', null) || Reflect.set(page.reseal, 'invoke', null);
    return {
      keys: Object.keys(page.reseal),
      frozen: Object.isFrozen(page.reseal),
      changed,
      deleted: Reflect.deleteProperty(page, 'reseal'),
      writable: descriptor?.writable,
      configurable: descriptor?.configurable,
      host: [
        'require',
        'process',
        'module',
        'exports',
        'global',
        'Buffer',
        '__resealHost',
        'electron',
        'ipcRenderer',
      ].filter((name) => name in page),
    };
  });
  expect(seen).toEqual({
    keys: ['invoke', 'onPush'],
    frozen: true,
    changed: false,
    deleted: false,
    writable: false,
    configurable: false,
    host: [],
  });
});

test('a message the contract does not know is refused by the running console', async () => {
  const codes = await inWindow(async () => {
    const { reseal } = window as unknown as TestWindow;
    const replies = [
      await reseal.invoke('no:such', {}),
      await reseal.invoke('__proto__', {}),
      await reseal.invoke('vault:open', { passphrase: 7 }),
      await reseal.invoke('vault:lock', {}),
    ];
    return replies.map((reply) => (reply.ok ? 'ok' : reply.code));
  });
  expect(codes).toEqual(['unknown-channel', 'unknown-channel', 'bad-input', 'ok']);
});
