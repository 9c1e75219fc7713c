/**
 * Every security setting of the window, as data and pure decisions, each with its reason. The hosts apply it and decide
 * nothing themselves; tests hold both running hosts against this file.
 */

/** Electron serves the window under a scheme of its own. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'console';
export const ELECTRON_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;
/** Chromium needs a web origin. `.invalid` is reserved (RFC 2606): no such name can ever be resolved. */
export const CHROMIUM_ORIGIN = 'https://console.invalid';

/** Content security policy, directive by directive. */
const CSP = [
  ['default-src', "'none'", 'what is not named below is not loaded'],
  [
    'script-src',
    "'self' 'wasm-unsafe-eval'",
    'our own files; wasm for reading QR codes; no eval, nothing inline',
  ],
  ['style-src', "'self'", 'our own files; no style attributes, which could send data out by selectors'],
  ['font-src', "'self'", 'fonts are files of the program'],
  ['img-src', "'self' blob:", 'blob: pictures that the window made itself'],
  ['media-src', "'self' blob:", 'the camera'],
  ['connect-src', "'none'", 'no fetch, no WebSocket, no EventSource, no beacon, not even to ourselves'],
  ['worker-src', "'self'", 'the QR reader works in a worker'],
  ['manifest-src', "'none'", 'nothing to install'],
  ['object-src', "'none'", 'no plug-ins'],
  ['frame-src', "'none'", 'the window holds no other page'],
  ['frame-ancestors', "'none'", 'no other page holds the window'],
  ['base-uri', "'none'", 'addresses cannot be bent'],
  ['form-action', "'none'", 'no form goes anywhere'],
  ['require-trusted-types-for', "'script'", 'no string becomes markup or code (DOM XSS)'],
  [
    'trusted-types',
    'camera-reader',
    'but one: the address of the QR reader’s worker, taken at the start, once; nobody can make another exception',
  ],
] as const;

export const contentSecurityPolicy = CSP.map(([directive, value]) => `${directive} ${value}`).join('; ');

/** Features that a page could ask for, all off but the camera. WebBluetooth and WebUSB do not even exist: see below. */
const PERMISSIONS_POLICY = [
  'camera=(self)',
  ...[
    'accelerometer',
    'autoplay',
    'clipboard-read',
    'clipboard-write',
    'display-capture',
    'encrypted-media',
    'fullscreen',
    'gamepad',
    'geolocation',
    'gyroscope',
    'hid',
    'identity-credentials-get',
    'idle-detection',
    'local-fonts',
    'magnetometer',
    'microphone',
    'midi',
    'otp-credentials',
    'payment',
    'picture-in-picture',
    'publickey-credentials-create',
    'publickey-credentials-get',
    'screen-wake-lock',
    'serial',
    'storage-access',
    'window-management',
    'xr-spatial-tracking',
  ].map((feature) => `${feature}=()`),
].join(', ');

const HEADERS = [
  ['content-security-policy', contentSecurityPolicy, 'see above; as a header it holds for workers, too'],
  ['permissions-policy', PERMISSIONS_POLICY, 'a second lock beside the permission handler'],
  ['cross-origin-opener-policy', 'same-origin', 'no other window can hold on to ours'],
  ['cross-origin-embedder-policy', 'require-corp', 'nothing foreign in our process'],
  ['cross-origin-resource-policy', 'same-origin', 'nothing of ours in a foreign process'],
  ['origin-agent-cluster', '?1', 'a process for this origin alone'],
  ['x-content-type-options', 'nosniff', 'a file is what its type says'],
  ['x-frame-options', 'DENY', 'frame-ancestors, for whatever does not know it'],
  ['referrer-policy', 'no-referrer', 'addresses are told to nobody'],
  ['x-dns-prefetch-control', 'off', 'no names are looked up beforehand'],
  ['cache-control', 'no-store', 'nothing is kept on the disk'],
] as const;

/** Headers on every answer, refusals included. */
export const responseHeaders: Readonly<Record<string, string>> = Object.fromEntries(
  HEADERS.map(([name, value]) => [name, value]),
);

/** Features of Chromium that reach out by themselves, or reach devices. */
const DISABLED_FEATURES = [
  ['AsyncDns', 'a resolver of its own'],
  ['AutofillServerCommunication', 'asks a server about forms'],
  ['CertificateTransparencyComponentUpdater', 'fetches lists'],
  ['DialMediaRouteProvider', 'looks for televisions in the network'],
  ['DnsOverHttps', 'names by HTTPS'],
  ['InterestFeedContentSuggestions', 'fetches news'],
  ['MediaRouter', 'looks for screens in the network'],
  ['NetworkTimeServiceQuerying', 'asks for the time'],
  ['OptimizationHints', 'fetches hints'],
  ['PreconnectToSearch', 'connects to a search engine at start'],
  ['SpareRendererForSitePerProcess', 'a process nobody needs'],
  ['Translate', 'sends text to a server'],
  ['WebBluetooth', 'radio'],
  ['WebUSB', 'devices'],
] as const;

export const disabledFeatures: readonly string[] = DISABLED_FEATURES.map(([name]) => name);

/** Switches without their `--`, value and reason. No switch turns the network off: docs/security.md. */
export const commandLine = [
  ['host-resolver-rules', 'MAP * ~NOTFOUND', 'no name is ever resolved, not even localhost'],
  ['proxy-server', 'socks5://127.0.0.1:9', 'whatever still tries ends at a closed port of this machine'],
  ['proxy-bypass-list', '<-loopback>', 'addresses of this machine included'],
  [
    'force-webrtc-ip-handling-policy',
    'disable_non_proxied_udp',
    'WebRTC escapes the CSP: no UDP, no candidates',
  ],
  ['webrtc-ip-handling-policy', 'disable_non_proxied_udp', 'the same, under its newer name'],
  ['disable-background-networking', '', 'no updates, no reports, no safe browsing lists'],
  ['disable-component-update', '', 'no components are fetched'],
  ['disable-domain-reliability', '', 'no reports about connections'],
  ['disable-sync', '', 'no account'],
  ['disable-breakpad', '', 'no crash dumps: they hold memory'],
  ['disable-crash-reporter', '', 'nobody collects them either'],
  ['disable-quic', '', 'no UDP'],
  ['no-pings', '', 'no <a ping>'],
  ['dns-prefetch-disable', '', 'no look-ups beforehand'],
  ['disable-speech-api', '', 'speech is recognised by a server'],
  ['disable-print-preview', '', 'no printer is asked what it can do'],
  ['disable-features', disabledFeatures.join(','), 'see above'],
] as const satisfies readonly (readonly [name: string, value: string, reason: string])[];

const WEB_PREFERENCES = [
  ['contextIsolation', true, 'the preload script shares no object with the page'],
  ['sandbox', true, 'the window’s process can do nothing by itself'],
  ['nodeIntegration', false, 'no require, no process in the page'],
  ['nodeIntegrationInWorker', false, 'nor in its workers'],
  ['nodeIntegrationInSubFrames', false, 'nor in frames'],
  ['webSecurity', true, 'same-origin policy'],
  ['allowRunningInsecureContent', false, 'no mixed content'],
  ['experimentalFeatures', false, 'nothing unfinished'],
  ['enableBlinkFeatures', '', 'nothing extra'],
  ['disableBlinkFeatures', 'Auxclick', 'a middle click opens nothing'],
  ['webviewTag', false, 'no guest pages'],
  ['plugins', false, 'no plug-ins'],
  ['navigateOnDragDrop', false, 'a dropped file is not opened'],
  ['spellcheck', false, 'dictionaries are fetched, and text is looked at'],
  ['webgl', false, 'not needed; talks to the graphics driver'],
  ['devTools', false, 'nobody types code into the window'],
  ['autoplayPolicy', 'user-gesture-required', 'nothing plays by itself'],
  ['disableDialogs', true, 'no alert, confirm, prompt'],
  ['v8CacheOptions', 'none', 'no compiled code on the disk'],
  ['backgroundThrottling', false, 'codes are shown evenly although the window is covered'],
] as const;

type PreferenceName = (typeof WEB_PREFERENCES)[number][0];
type PreferenceValue<N extends PreferenceName> = Extract<
  (typeof WEB_PREFERENCES)[number],
  readonly [N, unknown, string]
>[1];

/** Electron's webPreferences, without session and preload. */
export const webPreferences = Object.fromEntries(WEB_PREFERENCES.map(([name, value]) => [name, value])) as {
  readonly [N in PreferenceName]: PreferenceValue<N>;
};

/** Privileges of the scheme `app:`. Without `standard` and `secure` there would be no origin and no camera. */
export const schemePrivileges = {
  standard: true,
  secure: true,
  bypassCSP: false,
  allowServiceWorkers: false,
  supportFetchAPI: false,
  corsEnabled: false,
  stream: false,
  codeCache: false,
} as const;

/** Schemes of Chromium's own that Electron lets us answer ourselves: with a refusal, beneath the request allow-list. */
export const refusedSchemes = ['http', 'https', 'file'] as const;

/** Electron's proxy for whatever still tries: a port of this machine where nobody listens. */
export const proxy = {
  mode: 'fixed_servers',
  proxyRules: 'socks5://127.0.0.1:9',
  proxyBypassRules: '<-loopback>',
} as const;

/**
 * Camera pictures for the window itself, and nothing else, ever.
 *
 * @param permission Electron's name of the permission
 * @param url address of the page that asks
 * @param mediaTypes what it asks for; an empty list, or one that names sound, is refused
 */
export function permits(
  permission: string,
  url: string,
  mediaTypes: readonly (string | undefined)[],
  isMainFrame: boolean,
): boolean {
  return (
    permission === 'media' &&
    isMainFrame &&
    isOwnPage(url, ELECTRON_ORIGIN) &&
    mediaTypes.length > 0 &&
    mediaTypes.every((type) => type === 'video')
  );
}

/** A request is answered from the program's own files or it does not happen. */
export function allowsRequest(url: string, origin: string): boolean {
  const parsed = URL.parse(url);
  if (parsed === null) return false;
  // A blob is what the window made itself; its address holds the origin of its maker.
  if (parsed.protocol === 'blob:') return isOwnPage(parsed.pathname, origin);
  return isOwnPage(url, origin);
}

/** The window is one page. Where a host asks before it loads a page at all, this is the only one. */
export function isStartPage(url: string, origin: string): boolean {
  return url === `${origin}/`;
}

/** Scheme and host of an address, or null. `URL.origin` would be "null" for `app:`. */
export function originOf(url: string): string | null {
  const parsed = URL.parse(url);
  return parsed === null ? null : `${parsed.protocol}//${parsed.host}`;
}

function isOwnPage(url: string, origin: string): boolean {
  const parsed = URL.parse(url);
  return originOf(url) === origin && parsed?.username === '' && parsed.password === '';
}
