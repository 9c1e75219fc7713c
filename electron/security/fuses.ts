/**
 * Electron's fuses: switches inside its binary that are set when the program is packaged, and that nobody at a laptop
 * can set back without changing the binary. electron-builder.yml says the same; a test compares the two.
 */

/** Name as in electron-builder.yml, value, reason. */
export const FUSES = [
  ['runAsNode', false, 'the program cannot be used as a Node that runs other files'],
  ['enableCookieEncryption', true, 'no cookies are written; if one ever were, not readably'],
  ['enableNodeOptionsEnvironmentVariable', false, 'NODE_OPTIONS could load other code'],
  ['enableNodeCliInspectArguments', false, '--inspect could look into memory and change it'],
  [
    'enableEmbeddedAsarIntegrityValidation',
    true,
    'a changed archive is not started (macOS and Windows only)',
  ],
  ['onlyLoadAppFromAsar', true, 'a folder "app" beside the archive is not started instead of it'],
  ['loadBrowserProcessSpecificV8Snapshot', false, 'there is no such snapshot, so none is looked for'],
  ['grantFileProtocolExtraPrivileges', false, 'no page comes from file:, so file: needs no privileges'],
] as const satisfies readonly (readonly [name: string, value: boolean, reason: string])[];

/**
 * Fuses that stay as Electron ships them, because electron-builder has no name for them.
 * `WasmTrapHandlers` (on): bounds of wasm memory are kept by the processor; off would be slower and no safer.
 */
export const UNTOUCHED_FUSES = ['WasmTrapHandlers'] as const;
