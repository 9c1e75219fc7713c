/** Folders that are written as a whole: nothing half-written, and nothing of anybody else's removed. */
import fs from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { setFaultHook } from '../devices/files.ts';
import { temporaryFolder } from '../test-support/folders.ts';
import { writeNewFolder } from './files.ts';

const FILES = new Map([
  ['a.txt', new Uint8Array([1])],
  ['below/b.txt', new Uint8Array([2])],
]);
afterEach(() => {
  setFaultHook(undefined);
});

describe('a new folder', () => {
  it('is there with all its files, and with nothing beside it', () => {
    const dir = temporaryFolder();
    writeNewFolder(join(dir, 'new', 'out'), FILES);
    expect(fs.readdirSync(join(dir, 'new'), { recursive: true }).sort()).toEqual([
      'out',
      'out/a.txt',
      'out/below',
      'out/below/b.txt',
    ]);
  });

  it('is not written over one that is there', () => {
    const dir = temporaryFolder();
    fs.mkdirSync(join(dir, 'out'));
    expect(() => {
      writeNewFolder(join(dir, 'out'), FILES);
    }).toThrow(`${join(dir, 'out')} exists already: choose another name, or move it away first.`);
    expect(fs.readdirSync(dir, { recursive: true })).toEqual(['out']);
  });

  it('leaves what has a similar name alone, and takes away what a crash of its own left', () => {
    const dir = temporaryFolder();
    const others = ['out.part', 'out.old.part', 'out.0123456789abcdef', 'outer.0123456789abcdef.part'];
    for (const name of [...others, 'out.0123456789abcdef.part'])
      fs.mkdirSync(join(dir, name, 'mine'), { recursive: true });
    writeNewFolder(join(dir, 'out'), FILES);
    expect(fs.readdirSync(dir).sort()).toEqual([...others, 'out'].sort());
    for (const name of others) expect(fs.readdirSync(join(dir, name))).toEqual(['mine']);
  });

  it('is not there at all when a write fails, whichever it is', () => {
    let steps = 0;
    setFaultHook(() => {
      steps += 1;
    });
    writeNewFolder(join(temporaryFolder(), 'out'), FILES);
    const all = steps;
    expect(all).toBeGreaterThan(2);
    for (let at = 1; at <= all; at++) {
      const dir = temporaryFolder();
      steps = 0;
      setFaultHook(() => {
        steps += 1;
        if (steps === at) throw new Error('pulled');
      });
      expect(() => {
        writeNewFolder(join(dir, 'out'), FILES);
      }).toThrow('pulled');
      setFaultHook(undefined);
      const left = fs.readdirSync(dir, { recursive: true }).sort();
      // The last steps come after the rename: then it is there, whole.
      expect([[], ['out', 'out/a.txt', 'out/below', 'out/below/b.txt']], `step ${at}`).toContainEqual(left);
    }
  });
});
