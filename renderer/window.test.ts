import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { DocumentsMade } from '../electron/ipc/filing.ts';
import { consoleState, type ConsoleState } from '../electron/ipc/state.ts';
import * as fixtures from './fixtures.ts';
import { Shown } from './frame/window.tsx';
import type { ScanState } from './optical/scan-state.ts';
import { DocumentsList } from './screens/documents.tsx';
import { RestoreDone } from './screens/restore-done.tsx';
import { RestoreFrom } from './screens/restore-from.tsx';
import { RestoreVerdictStep } from './screens/restore-verdict.tsx';
import { RestoreWhat } from './screens/restore-what.tsx';
import { ScanView } from './screens/scan-view.tsx';
import type { View } from './views.ts';

const inside = { ceremony: fixtures.CEREMONY, role: null };
const scenes: Readonly<Record<string, { readonly state: ConsoleState; readonly view?: View }>> = {
  'first-start': { state: fixtures.firstStart },
  unlock: { state: fixtures.locked },
  home: { state: fixtures.busyHome },
  'home, empty': { state: fixtures.empty },
  card: { state: fixtures.state, view: { screen: 'card' } },
  courier: { state: fixtures.state, view: { screen: 'courier', from: { screen: 'home' } } },
  plan: { state: fixtures.state, view: { screen: 'plan' } },
  show: {
    state: fixtures.waiting,
    view: { screen: 'show', ceremony: fixtures.CEREMONY, outgoing: null, from: { screen: 'home' } },
  },
  'home, old backups overdue': { state: fixtures.withOldBackups },
  'home, old backups due': { state: fixtures.withOldBackupsDue },
  'old-backup': {
    state: fixtures.withOldBackups,
    view: { screen: 'old-backup', backup: '7f3ac91e5d20b177 4 Bag B' },
  },
  'old-backup, not listed': { state: fixtures.state, view: { screen: 'old-backup', backup: 'x' } },
  'documents, of a record': {
    state: fixtures.state,
    view: { screen: 'documents', of: { record: '/r' }, from: { screen: 'record', path: '/r' } },
  },
  'documents, of a plan': {
    state: fixtures.backups,
    view: {
      screen: 'documents',
      of: { ceremony: fixtures.CEREMONY },
      from: { screen: 'ceremony', ...inside },
    },
  },
  'documents without a vault': {
    state: fixtures.firstStart,
    view: { screen: 'documents', of: { record: '/r' }, from: { screen: 'record', path: '/r' } },
  },
  export: {
    state: fixtures.state,
    view: { screen: 'export', of: { key: '7f3ac91e5d20b177' }, from: { screen: 'home' } },
  },
  restore: { state: fixtures.empty, view: { screen: 'restore', drill: false } },
  'restore, drill, by camera': {
    state: fixtures.byCamera(fixtures.state),
    view: { screen: 'restore', drill: true },
  },
  link: { state: fixtures.state, view: { screen: 'link', from: { screen: 'home' } } },
  'show, nothing': {
    state: fixtures.state,
    view: { screen: 'show', ceremony: null, outgoing: null, from: { screen: 'home' } },
  },
  'plan-made': {
    state: fixtures.state,
    view: {
      screen: 'plan-made',
      made: { ceremony: fixtures.CEREMONY, code: ['a', 'b', 'c', 'd'], own: true },
    },
  },
  'plan-made, with a part in it': {
    state: fixtures.administrator,
    view: {
      screen: 'plan-made',
      made: { ceremony: fixtures.CEREMONY, code: ['a', 'b', 'c', 'd'], own: true },
    },
  },
  join: { state: fixtures.join, view: { screen: 'join' } },
  preflight: { state: fixtures.state, view: { screen: 'preflight' } },
  records: { state: fixtures.state, view: { screen: 'records' } },
  'records without a vault': { state: fixtures.firstStart, view: { screen: 'records' } },
  record: { state: fixtures.state, view: { screen: 'record', path: '/r' } },
  'ceremony, join': { state: fixtures.join },
  'ceremony, approve': { state: fixtures.approve },
  'ceremony, confirmed': { state: fixtures.waiting },
  'ceremony, backups': { state: fixtures.backups },
  'ceremony, backups, to recipients': { state: fixtures.recipientsBackup },
  'ceremony, backups, a sealed sheet': { state: fixtures.sealedSheet },
  'ceremony, backups, a plain sheet': { state: fixtures.plainSheet },
  'ceremony, cutover': { state: fixtures.cutover },
  'ceremony, destroy': { state: fixtures.destroy },
  'ceremony, collect': { state: fixtures.administrator },
  'ceremony, attest': { state: fixtures.attest },
  'ceremony, refused': { state: fixtures.refused },
  'ceremony, missing': { state: fixtures.state, view: { screen: 'ceremony', ...inside } },
  exception: { state: fixtures.withExceptions, view: { screen: 'exception', ...inside } },
  stop: { state: fixtures.backups, view: { screen: 'stop', ...inside } },
  'stop, not possible': { state: fixtures.cannotStop, view: { screen: 'stop', ...inside } },
  'result, completed': { state: fixtures.completed },
  'result, aborted': { state: fixtures.aborted },
  'home, by camera': { state: fixtures.byCamera(fixtures.busyHome) },
  'courier, by camera': {
    state: fixtures.byCamera(fixtures.state),
    view: { screen: 'courier', from: { screen: 'home' } },
  },
  'card, by camera': { state: fixtures.byCamera(fixtures.state), view: { screen: 'card' } },
  'join, by camera': { state: fixtures.byCamera(fixtures.state), view: { screen: 'join' } },
  'plan-made, by camera': {
    state: fixtures.byCamera(fixtures.state),
    view: {
      screen: 'plan-made',
      made: { ceremony: fixtures.CEREMONY, code: ['a', 'b', 'c', 'd'], own: true },
    },
  },
  scan: {
    state: fixtures.byCamera(fixtures.state),
    view: { screen: 'scan', ceremony: null, from: { screen: 'home' } },
  },
  'scan, in a ceremony': {
    state: fixtures.byCamera(fixtures.waiting),
    view: { screen: 'scan', ceremony: fixtures.CEREMONY, from: { screen: 'home' } },
  },
};

const render = ({ state, view }: { readonly state: ConsoleState; readonly view?: View }): string =>
  renderToString(createElement(Shown, { state, view: view ?? state.place }));
/** The same screen with a state of the camera that only a camera could bring about. */
const renderScan = (scan: ScanState, inCeremony: boolean): string => {
  const nothing = (): void => undefined;
  return renderToString(
    createElement(ScanView, {
      scan,
      video: { current: null },
      awaited: inCeremony ? fixtures.ceremony.exchange.scan : null,
      inCeremony,
      isOver: false,
      sound: true,
      onSound: nothing,
      onAgain: nothing,
      onChoose: nothing,
      onShow: nothing,
      onBack: nothing,
      backWords: 'Back to the step',
      onNext: null,
    }),
  );
};
const all = (html: string, pattern: RegExp): readonly string[] =>
  [...html.matchAll(pattern)].map((match) => match[1] ?? '');

describe.each(Object.entries(scenes))('%s', (name, scene) => {
  const html = render(scene);
  const [expected, step] = name.replace(/ without.*/, '').split(', ');

  it('is made from a state that the contract allows', () => {
    expect(consoleState.safeParse(scene.state).error).toBeUndefined();
  });

  it('has one heading of the first order and says which screen it is', () => {
    expect(all(html, /<h1[^>]*>([^<]*)/g)).toHaveLength(1);
    expect(all(html, /data-screen="([^"]*)"/g)).toEqual([expected]);
    if (expected === 'ceremony' && html.includes('data-step'))
      expect(all(html, /data-step="([^"]*)"/g)).toEqual([step]);
  });

  isWellMade(html);
});

describe.each(Object.entries(fixtures.scans))('scanning: %s', (name, scan) => {
  const html = renderScan(scan, true);
  isWellMade(html);
  isWellMade(renderScan(scan, false));

  it('says one thing, large', () => {
    expect(all(html, /class="scan-big">([^<]*)/g)).toHaveLength(1);
  });
  it('offers to try again where the camera is in trouble, as the main thing', () => {
    const main = all(html, /class="button button-main"[^>]*><span>([^<]*)/g);
    expect(main).toEqual(name.startsWith('trouble') ? ['Try again'] : []);
  });
});

describe('a backup to recipients', () => {
  const all = fixtures.approve.ceremonies[0]?.backups.flatMap(({ recipients = [] }) => recipients) ?? [];
  it('names them in full where it is written and where the plan is approved, with what that means', () => {
    expect(new Set(all).size).toBe(2);
    for (const state of [fixtures.recipientsBackup, fixtures.approve]) {
      const html = render({ state });
      for (const recipient of all) expect(html).toContain(`>${recipient}<`);
      expect(html).toContain('whoever has one of these keys can open the share');
    }
  });
  it('has a place to be written into and no passphrase, and says what is not shown', () => {
    const html = render({ state: fixtures.recipientsBackup });
    expect(html).toContain('It is written into');
    expect(html).toContain('No recipient’s own key is tried');
    expect(html).not.toContain('type="password"');
    expect(html).not.toContain('Looking for printers.');
    expect(render({ state: fixtures.backups })).not.toContain('It opens with the key of');
  });
});

const nowhere = (): void => undefined;
const restoreSteps = {
  'choosing the key': createElement(RestoreWhat, {
    ...{ drill: true, records: [fixtures.keyRecord], failure: undefined, chosen: null, byCamera: true },
    ...{ onDrill: nowhere, onChoose: nowhere, onRead: nowhere, onScan: nowhere, onNext: nowhere },
  }),
  'the backup': createElement(RestoreFrom, {
    ...{ drill: false, record: fixtures.keyRecord, onVerdict: nowhere, onBack: nowhere },
  }),
  'a drill': createElement(RestoreVerdictStep, {
    ...{ verdict: fixtures.drilled, laptop: 'vault-3', onStored: nowhere, onAgain: nowhere },
  }),
  'to be stored': createElement(RestoreVerdictStep, {
    ...{ verdict: fixtures.toStore, laptop: 'vault-3', onStored: nowhere, onAgain: nowhere },
  }),
  stored: createElement(RestoreDone, { verdict: fixtures.toStore }),
} as const;

describe.each(Object.entries(restoreSteps))('restoring: %s', (_, element) => {
  const html = renderToString(element);
  isWellMade(html);
  it('has one heading and one main action', () => {
    expect(all(html, /<h1[^>]*>([^<]*)/g)).toHaveLength(1);
    expect(all(html, /class="button (button-main)"/g)).toHaveLength(1);
  });
});

describe('a share in a backup', () => {
  it('is tried unless somebody says that a laptop is lost, and stored only after it was looked at', () => {
    expect(render({ state: fixtures.empty, view: { screen: 'restore', drill: true } })).toContain(
      'Try a backup',
    );
    const [drill, toStore] = [restoreSteps['a drill'], restoreSteps['to be stored']].map((one) =>
      renderToString(one),
    );
    expect(drill).toContain('Nothing was stored.');
    expect(drill).not.toContain('Store the share');
    expect(toStore).toContain('nothing is stored yet');
    expect(toStore).toContain('Store the share on this laptop');
    expect(toStore).toContain('is in no backup');
    for (const html of [drill, toStore])
      expect(html).toContain('keyboard corrosion spaniel miracle erase butterfat scallion indigo');
  });
  it('is named on the first screen, and on the screen before there is a vault', () => {
    expect(render({ state: fixtures.empty })).toContain('Restore a share from a backup');
    expect(render({ state: fixtures.firstStart })).toContain('make this laptop’s vault first');
  });
});

describe('a backup on paper', () => {
  it('has words of its own, and says where what is typed is the share itself', () => {
    for (const state of [fixtures.sealedSheet, fixtures.plainSheet]) {
      const html = render({ state });
      expect(html).toContain('Print the sheet, and read it back');
      expect(html).toContain('Looking for printers.');
      expect(html).not.toContain('It is written into');
    }
    expect(render({ state: fixtures.plainSheet })).toContain('What you type here is the share itself');
    expect(render({ state: fixtures.sealedSheet })).not.toContain('the share itself');
    expect(render({ state: fixtures.backups })).not.toContain('Print the sheet');
  });
});

describe('what a UR says', () => {
  const of = (name: string): string => renderScan(fixtures.scans[name] ?? fixtures.scanOn, false);
  it('stands beside what this laptop knows, in words', () => {
    expect(of('a UR')).toContain('badge-done');
    expect(of('a UR of another key')).toContain('badge-stop');
    expect(of('a UR of another key')).toContain('Not the same');
    expect(of('a UR with nothing to compare')).not.toContain('badge');
  });
});

describe('progress of a message', () => {
  it('is a number of parts and nothing that looks finished before it is', () => {
    const html = renderScan(fixtures.scanComing, true);
    expect(html).toMatch(/<progress[^>]*max="100"[^>]*value="41"/);
    expect(html).toContain('about 5 s left');
    const away = renderScan(fixtures.scans['out of the picture'] ?? fixtures.scanOn, true);
    expect(away).toContain('Out of the picture. What is here is kept.');
    expect(away).not.toContain(' left<');
  });
  it('names the decoder where it is the slower one', () => {
    expect(renderScan(fixtures.scans['read with jsQR'] ?? fixtures.scanOn, true)).toContain('Read with jsQR');
    expect(renderScan(fixtures.scanComing, true)).not.toContain('jsQR');
  });
});

/** What holds for every screen. */
function isWellMade(html: string): void {
  it('labels every field', () => {
    const labelled = all(html, /<label[^>]*for="([^"]*)"/g);
    const fields = [...html.matchAll(/<(?:input|select|textarea)\b[^>]*>/g)].map(([tag]) => tag);
    for (const tag of fields) expect(labelled).toContain(/\bid="([^"]*)"/.exec(tag)?.[1]);
  });

  it('names every button', () => {
    for (const words of html.split('<button').slice(1)) {
      const tag = words.slice(0, words.indexOf('</button'));
      const text = tag.slice(tag.indexOf('>') + 1).replace(/<kbd.*?<\/kbd>|<[^>]*>/g, '');
      expect(text.trim()).not.toBe('');
    }
  });

  it('needs no inline style, which the content security policy refuses', () => {
    expect(html).not.toMatch(/ style=/);
  });
}

describe('documents that are made', () => {
  const nothing = (): void => undefined;
  const of = (made: Partial<DocumentsMade>): string =>
    renderToString(
      createElement(DocumentsList, {
        made: { ...fixtures.documentsMade, ...made },
        back: 'Back to the record',
        onBack: nothing,
        onAgain: nothing,
      }),
    ).replaceAll('<!-- -->', '');
  isWellMade(of({}));
  it('are listed with their pages, and where they lie', () => {
    const html = of({});
    expect(html).toContain('3 documents, 11 pages');
    expect(html).toContain('Made in 3.3 s. They hold no secrets.');
    expect(html).toContain('documents-refresh-7f3ac91e');
    expect(html).toContain('the record, VALID');
    expect(all(html, /<th scope="row"[^>]*>([^<]*)/g)).toEqual([
      'script-administrator.pdf',
      'custody-log.pdf',
      'report.pdf',
    ]);
  });
  it('say so when nothing in them is proven, or when they were there', () => {
    expect(of({ verdict: 'NOT VALID' })).toContain('The record is NOT VALID.');
    expect(of({ kept: 2 })).toContain('2 of them were there already');
    expect(of({ kept: 3 })).toContain('All of them were there already');
    expect(of({ verdict: null, oldBackups: 'unknown' })).toContain('no record here tells of them');
  });
});

describe('scripts and forms on paper', () => {
  it('are offered once the words are compared that stand on them', () => {
    expect(render({ state: fixtures.join })).not.toContain('Scripts and forms');
    expect(render({ state: fixtures.backups })).toContain('Scripts and forms on paper');
    expect(render(scenes['plan-made, with a part in it']!)).toContain('Scripts and forms on paper');
    expect(render(scenes['plan-made']!)).not.toContain('Scripts and forms');
  });
});

describe('old backups', () => {
  const below = (html: string): boolean =>
    html.indexOf('Old backups to be') > html.indexOf('Keys on this laptop');
  it('that are overdue stand above everything, in words', () => {
    const html = render({ state: fixtures.withOldBackups }).replaceAll('<!-- -->', '');
    expect(html).toContain('Two old backups are OVERDUE.');
    expect(html).toMatch(/OVERDUE since 2026-09-27, \d+ days/);
    expect(below(html)).toBe(false);
    expect(all(html, /data-old-backup="([^"]*)"/g)).toEqual(['overdue', 'overdue', 'due']);
  });
  it('that are due stand below the keys, and say by when', () => {
    const html = render({ state: fixtures.withOldBackupsDue }).replaceAll('<!-- -->', '');
    expect(html).toContain('by 2026-12-24');
    expect(html).not.toContain('OVERDUE');
    expect(below(html)).toBe(true);
    expect(render({ state: fixtures.state })).not.toContain('Old backups');
  });
  it('are destroyed as their medium asks for', () => {
    const html = render(scenes['old-backup']!);
    expect(html).toContain('Destroy: burnt');
    expect(html).not.toContain('disintegrated');
    expect(html).toContain('Something else, in your words');
  });
});

describe('the point of no return', () => {
  const html = render({ state: fixtures.cutover });

  it('has a red button that is off until the words are typed', () => {
    expect(html).toMatch(/class="button button-danger"[^>]*aria-disabled="true"/);
  });
  it('is the only kind of step with a red button', () => {
    for (const state of [fixtures.join, fixtures.approve, fixtures.backups, fixtures.attest])
      expect(render({ state })).not.toContain('button-danger');
  });
});

describe('one of several', () => {
  it('shows what is chosen', () => {
    const dark = { ...fixtures.state, settings: { ...fixtures.state.settings, theme: 'dark' as const } };
    expect(render({ state: dark })).toContain('<option value="dark" selected="">');
    expect(render({ state: fixtures.state })).toContain('<option value="light" selected="">');
  });
});

describe('the board', () => {
  it('shows every round that somebody of this ceremony takes part in', () => {
    const heads = all(render({ state: fixtures.administrator }), /<th scope="col">([^<]*)/g);
    expect(heads).toEqual(['Who', 'Deal', 'Confirm', 'Secure', 'Retire', 'Attest']);
  });
});

describe('what stands above a decision', () => {
  it('is a badge only where something was checked', () => {
    const said = fixtures.inCeremony({
      parts: [
        fixtures.holderPart('join', {
          facts: [{ label: 'Key', value: 'treasury, Ed25519', state: 'said' }],
        }),
      ],
    });
    expect(render({ state: said })).toContain('<span class="evidence-said">treasury, Ed25519</span>');
    expect(render({ state: fixtures.cutover })).toContain('badge-done');
  });
});

describe('the plan code', () => {
  it('is not shown to somebody who has yet to type it', () => {
    expect(render({ state: fixtures.join })).not.toContain('plan code');
    expect(render({ state: fixtures.backups })).toContain('ribcage article snowslide coherence');
  });
});
