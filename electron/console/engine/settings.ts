/** What the console remembers between starts, beside the vault: folders, theme, and where the window was. Nothing secret. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isFolder, readBounded, replaceFile } from '../../../devices/files.ts';
import { PRESET_SETTINGS } from '../../../optical/symbol/presets.ts';
import { path } from '../../ipc/fields.ts';
import { opticalSettings, type OpticalSettings } from '../../ipc/optical.ts';
import { placeState, settingsState } from '../../ipc/state.ts';

/** As codes are shown before anybody chose something. */
const OPTICAL: OpticalSettings = {
  preset: 'laptop',
  ...PRESET_SETTINGS.laptop,
  sound: true,
  measured: null,
};

const stored = z.strictObject({
  format: z.literal('reseal-console-1'),
  courier: path.nullable(),
  /** Files that were written before there was a choice say nothing. */
  by: z.enum(['folder', 'camera']).default('folder'),
  settings: settingsState.extend({ optical: opticalSettings.default(OPTICAL) }),
  place: placeState,
});
type Stored = z.output<typeof stored>;

export class Settings {
  readonly #path: string;
  #value: Stored;
  /** Set when the file was there and could not be used: it is then begun anew. */
  readonly damaged: boolean;

  constructor(home: string) {
    this.#path = join(home, 'console.json');
    const known = this.#read();
    this.damaged = known === 'damaged';
    this.#value =
      typeof known === 'object'
        ? known
        : {
            format: 'reseal-console-1',
            courier: null,
            by: 'folder',
            settings: {
              theme: 'system',
              projector: false,
              backupFolder: join(home, 'backups'),
              optical: OPTICAL,
            },
            place: { screen: 'home' },
          };
  }

  get courier(): string | null {
    return this.#value.courier;
  }

  /** How messages travel: in the courier's folder, or by screen and camera. */
  get by(): Stored['by'] {
    return this.#value.by;
  }

  get settings(): Stored['settings'] {
    return this.#value.settings;
  }

  get place(): Stored['place'] {
    return this.#value.place;
  }

  /** Changes some of it, on disk first. Before there is a vault there is no folder to keep it in: then in memory only. */
  set(change: Partial<Pick<Stored, 'courier' | 'by' | 'settings' | 'place'>>): void {
    const next = stored.parse({ ...this.#value, ...change });
    if (isFolder(join(this.#path, '..')))
      replaceFile(this.#path, new TextEncoder().encode(`${JSON.stringify(next, null, 2)}\n`));
    this.#value = next;
  }

  #read(): Stored | 'none' | 'damaged' {
    if (!existsSync(this.#path)) return 'none';
    try {
      return stored.parse(JSON.parse(new TextDecoder().decode(readBounded(this.#path, 64 * 1024))));
    } catch {
      return 'damaged';
    }
  }
}
