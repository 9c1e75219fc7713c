/**
 * The Electron host. It applies electron/security/policy.ts and hands everything else to the application; there is no
 * decision in this file. Only this file and the preload script touch Electron at run time.
 */
import {
  app,
  BrowserWindow,
  ipcMain,
  Menu,
  protocol,
  session,
  type Session,
  type WebContents,
} from 'electron';
import { join } from 'node:path';
import type { RunningConsole } from '../console/host.ts';
import {
  allowsRequest,
  APP_SCHEME,
  commandLine,
  ELECTRON_ORIGIN,
  permits,
  proxy,
  refusedSchemes,
  responseHeaders,
  schemePrivileges,
  webPreferences,
} from '../security/policy.ts';
import { openAssets } from './assets.ts';
import { measureSoftware } from './software.ts';
import { homeFolder, loadConsole, programOf, reporter } from './surroundings.ts';

const report = reporter((line) => process.stderr.write(line), process.env);

// Electron would show a window with a stack trace. Ending loses nothing: every step is on the disk before it is shown.
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    report(error);
    app.exit(1);
  });

for (const [name, value] of commandLine) app.commandLine.appendSwitch(name, value);
app.enableSandbox();

// Whatever Chromium still writes lies beside the vault, and two windows of one laptop cannot be open at once.
const home = homeFolder(app.commandLine.getSwitchValue('home') || undefined, process.env);
app.setPath('userData', join(home, 'window'));
app.setPath('crashDumps', join(home, 'window'));
if (!app.requestSingleInstanceLock()) {
  process.stderr.write('The console of this laptop is open already.\n');
  app.exit(1);
}

protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { ...schemePrivileges } }]);
Menu.setApplicationMenu(null);
app.on('web-contents-created', (_event, contents) => {
  confine(contents);
});
app.on('session-created', seal);
app.on('login', (event) => {
  event.preventDefault();
});
app.on('select-client-certificate', (event) => {
  event.preventDefault();
});
app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
  event.preventDefault();
  callback(false);
});

/** A page goes nowhere, opens nothing and holds nothing foreign. */
function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
  contents.on('select-bluetooth-device', (event, _devices, callback) => {
    event.preventDefault();
    callback('');
  });
  contents.on('devtools-opened', () => {
    contents.closeDevTools();
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

/** A session reaches nothing and is allowed nothing but what the policy says. Holds for every session there is. */
function seal(sealed: Session): void {
  for (const scheme of refusedSchemes)
    sealed.protocol.handle(scheme, () => new Response(null, { status: 403, headers: responseHeaders }));
  sealed.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !allowsRequest(details.url, ELECTRON_ORIGIN) });
  });
  void sealed.setProxy(proxy);
  sealed.enableNetworkEmulation({ offline: true });
  sealed.setCertificateVerifyProc((_request, callback) => {
    callback(-2);
  });
  sealed.setPermissionRequestHandler((_contents, permission, callback, details) => {
    const types = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    callback(permits(permission, details.requestingUrl, types, details.isMainFrame));
  });
  sealed.setPermissionCheckHandler((_contents, permission, origin, details) =>
    permits(permission, origin, [details.mediaType], details.isMainFrame),
  );
  sealed.setDevicePermissionHandler(() => false);
  sealed.setUSBProtectedClassesHandler((details) => details.protectedClasses);
  sealed.setBluetoothPairingHandler((_details, callback) => {
    callback({ confirmed: false });
  });
  sealed.setDisplayMediaRequestHandler((_request, callback) => {
    callback(null);
  });
  sealed.on('select-hid-device', (event, _details, callback) => {
    event.preventDefault();
    callback(null);
  });
  sealed.on('select-serial-port', (event, _ports, _contents, callback) => {
    event.preventDefault();
    callback('');
  });
  sealed.on('select-usb-device', (event, _details, callback) => {
    event.preventDefault();
    callback();
  });
  sealed.on('will-download', (event) => {
    event.preventDefault();
  });
  sealed.setSpellCheckerEnabled(false);
}

void app.whenReady().then(async () => {
  const program = programOf(import.meta.url);
  const [assets, software, startConsole] = await Promise.all([
    openAssets(program.renderer, ELECTRON_ORIGIN),
    measureSoftware(program.out),
    loadConsole(program),
  ]);

  // No "persist:": the session lives in memory.
  const memory = session.fromPartition('reseal', { cache: false });
  memory.protocol.handle(APP_SCHEME, (request) => assets(request.url, request.method));

  const window = new BrowserWindow({
    show: false,
    width: 1280,
    height: 800,
    minWidth: 960,
    minHeight: 640,
    title: 'Reseal',
    webPreferences: { ...webPreferences, session: memory, preload: program.preload },
  });
  window.setContentProtection(true);
  window.once('ready-to-show', () => {
    window.show();
  });
  window.webContents.on('render-process-gone', () => {
    window.destroy();
  });
  app.on('second-instance', () => {
    window.show();
    window.focus();
  });

  const running: RunningConsole = startConsole({
    kind: 'electron',
    appOrigin: ELECTRON_ORIGIN,
    home,
    version: app.getVersion(),
    engine: program.engine,
    softwareDigest: software.digest,
    serve: (dispatch) => {
      ipcMain.handle('reseal', (event, channel: unknown, input: unknown) => {
        const frame = event.senderFrame;
        const isMainFrame = frame?.parent === null && event.sender === window.webContents;
        return dispatch({ frameUrl: frame?.url ?? '', isMainFrame }, channel, input);
      });
    },
    send: (channel, payload) => {
      if (!window.isDestroyed()) window.webContents.send('reseal:push', channel, payload);
    },
    report,
  });
  app.on('window-all-closed', () => {
    void running.close().finally(() => {
      app.exit(0);
    });
  });
  await window.loadURL(`${ELECTRON_ORIGIN}/`);
});
