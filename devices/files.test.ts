import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { basename, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/folders.ts';
import {
  isTemporaryName,
  listNames,
  makeFolder,
  readBounded,
  removeEmptyFolder,
  removeFile,
  renameDurably,
  replaceFile,
  setFaultHook,
  writeNewFile,
} from './files.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (path: string): string => fs.readFileSync(path, 'utf8');

afterEach(() => {
  setFaultHook(undefined);
});

/** The durable steps of an action, with temporary names made readable. */
function trace(action: () => void): string[] {
  const steps: string[] = [];
  setFaultHook((operation, path) => {
    steps.push(`${operation} ${isTemporaryName(basename(path)) ? 'TEMPORARY' : basename(path)}`);
  });
  action();
  setFaultHook(undefined);
  return steps;
}

/** Throws at the k-th durable step (from 0) and at every later one, as if the process had ended there. */
function crashAt(k: number): void {
  let count = 0;
  setFaultHook((operation, path) => {
    if (count++ < k) return;
    if (count === k + 1 && operation === 'write') fs.writeFileSync(path, 'half');
    throw new Error('crash');
  });
}

describe('order of the durable steps', () => {
  it('a replaced file is flushed before and after its rename, and its folder after that', () => {
    const dir = temporaryFolder();
    expect(
      trace(() => {
        replaceFile(join(dir, 'a'), bytes('1'));
      }),
    ).toEqual([
      'create TEMPORARY',
      'write TEMPORARY',
      'fsync TEMPORARY',
      'rename a',
      'fsync a',
      `fsync ${basename(dir)}`,
    ]);
    expect(text(join(dir, 'a'))).toBe('1');
    expect(fs.statSync(join(dir, 'a')).mode & 0o777).toBe(0o600);
  });

  it('a new file is flushed, then its folder', () => {
    const dir = temporaryFolder();
    expect(
      trace(() => {
        writeNewFile(join(dir, 'a'), bytes('1'));
      }),
    ).toEqual(['create a', 'write a', 'fsync a', `fsync ${basename(dir)}`]);
  });

  it('folders, renames and removals flush the folder above', () => {
    const dir = temporaryFolder();
    const above = `fsync ${basename(dir)}`;
    expect(
      trace(() => {
        makeFolder(join(dir, 'f'));
      }),
    ).toEqual(['mkdir f', above]);
    expect(fs.statSync(join(dir, 'f')).mode & 0o777).toBe(0o700);
    expect(
      trace(() => {
        renameDurably(join(dir, 'f'), join(dir, 'g'));
      }),
    ).toEqual(['rename g', above]);
    expect(
      trace(() => {
        removeEmptyFolder(join(dir, 'g'));
      }),
    ).toEqual(['rmdir g', above]);
    fs.writeFileSync(join(dir, 'a'), '');
    expect(
      trace(() => {
        removeFile(join(dir, 'a'));
      }),
    ).toEqual(['unlink a', above]);
  });
});

describe('replaceFile', () => {
  it('shows the old content or the new one, whatever step it stops at', () => {
    const dir = temporaryFolder();
    const path = join(dir, 'a');
    for (let k = 0; ; k++) {
      fs.writeFileSync(path, 'old content');
      crashAt(k);
      let crashed = false;
      try {
        replaceFile(path, bytes('new'));
      } catch {
        crashed = true;
      }
      setFaultHook(undefined);
      expect(text(path)).toBe(k <= 3 ? 'old content' : 'new');
      for (const name of listNames(dir)) expect(name === 'a' || isTemporaryName(name)).toBe(true);
      if (!crashed) {
        expect(k).toBe(6);
        return;
      }
    }
  });

  it('leaves no temporary file after a failure that it survives', () => {
    const dir = temporaryFolder();
    fs.mkdirSync(join(dir, 'a'));
    expect(() => {
      replaceFile(join(dir, 'a'), bytes('1'));
    }).toThrow(expect.objectContaining({ code: 'not-a-file' }));
    expect(listNames(dir)).toEqual(['a']);
  });

  it('notices when something else is read back', () => {
    const dir = temporaryFolder();
    const path = join(dir, 'a');
    setFaultHook((operation, at) => {
      if (operation === 'fsync' && at === dir) fs.writeFileSync(path, 'x');
    });
    expect(() => {
      replaceFile(path, bytes('1'));
    }).toThrow('does not read back as it was written');
    expect(() => {
      writeNewFile(join(dir, 'b'), bytes('1'));
    }).not.toThrow();
    setFaultHook((operation, at) => {
      if (operation === 'fsync' && at === dir) fs.writeFileSync(join(dir, 'c'), 'x');
    });
    expect(() => {
      writeNewFile(join(dir, 'c'), bytes('1'));
    }).toThrow('does not read back as it was written');
  });
});

describe('writeNewFile', () => {
  it('never overwrites, and does not follow a link', () => {
    const dir = temporaryFolder();
    fs.writeFileSync(join(dir, 'a'), 'old');
    fs.symlinkSync(join(dir, 'target'), join(dir, 'link'));
    for (const name of ['a', 'link'])
      expect(() => {
        writeNewFile(join(dir, name), bytes('1'));
      }).toThrow(expect.objectContaining({ code: 'exists' }));
    expect(text(join(dir, 'a'))).toBe('old');
    expect(listNames(dir)).toEqual(['a', 'link']);
  });

  it('names a missing folder', () => {
    const path = join(temporaryFolder(), 'none', 'a');
    expect(() => {
      writeNewFile(path, bytes('1'));
    }).toThrow(expect.objectContaining({ code: 'missing', path }));
  });
});

describe('readBounded', () => {
  it('reads a file of exactly the size allowed, and refuses one byte more', () => {
    const path = join(temporaryFolder(), 'a');
    fs.writeFileSync(path, '12345');
    expect(readBounded(path, 5)).toEqual(bytes('12345'));
    expect(() => readBounded(path, 4)).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  it('opens no links, folders, pipes and devices', () => {
    const dir = temporaryFolder();
    fs.writeFileSync(join(dir, 'a'), 'x');
    fs.symlinkSync('a', join(dir, 'link'));
    fs.symlinkSync('/dev/zero', join(dir, 'zero'));
    execFileSync('mkfifo', [join(dir, 'pipe')]);
    for (const path of [join(dir, 'link'), join(dir, 'zero'), join(dir, 'pipe'), dir, '/dev/zero'])
      expect(() => readBounded(path, 100), path).toThrow(expect.objectContaining({ code: 'not-a-file' }));
  });

  it('says when a file is missing', () => {
    const path = join(temporaryFolder(), 'a');
    expect(() => readBounded(path, 1)).toThrow(expect.objectContaining({ code: 'missing', path }));
  });
});

it('removing what is gone is fine, a full folder stays', () => {
  const dir = temporaryFolder();
  removeFile(join(dir, 'a'));
  removeEmptyFolder(join(dir, 'f'));
  makeFolder(join(dir, 'f'));
  makeFolder(join(dir, 'f'));
  fs.writeFileSync(join(dir, 'f', 'a'), '');
  expect(() => {
    removeEmptyFolder(join(dir, 'f'));
  }).toThrow(expect.objectContaining({ code: 'exists' }));
  expect(() => {
    makeFolder(join(dir, 'f', 'a'));
  }).toThrow(expect.objectContaining({ code: 'exists' }));
  expect(listNames(join(dir, 'none'))).toEqual([]);
});
