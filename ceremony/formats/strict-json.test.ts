import { describe, expect, it } from 'vitest';
import { FormatError, showName, showNumber } from './errors.ts';
import { asArray, asBytes, asNumber, asObject, asString, checkFields, parseObject } from './strict-json.ts';

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('parseObject', () => {
  it('reads an object with white space and a byte order mark around it', () => {
    expect(parseObject('\uFEFF\r\n {"a": [1, {"b": null}]} \n', 'file')).toEqual({ a: [1, { b: null }] });
  });

  it('refuses what is not JSON without quoting it', () => {
    const secret = 'c0ffee'.repeat(10);
    for (const text of [`{"share":"${secret}"`, `{"share":"${secret}",}`, `${secret} `, `{} ${secret}`, '']) {
      expect(codeOf(() => parseObject(text, 'file'))).toBe('not-json');
      expect(() => parseObject(text, 'file')).not.toThrow(/c0ffee/);
    }
  });

  it.each(['[]', '"text"', '1', 'null', 'true'])('refuses %s, which is no object', (text) => {
    expect(codeOf(() => parseObject(text, 'file'))).toBe('wrong-type');
  });

  it.each([
    ['at the top', '{"a":1,"a":1}'],
    ['with other values between', '{"a":{"x":[1,2]},"b":"}","a":2}'],
    ['nested in an object', '{"o":{"a":1,"b":2,"a":3}}'],
    ['nested in an array', '{"o":[{"c":0},{"a":1,"a":3}]}'],
    ['spelt with an escape', '{"a":1,"\\u0061":2}'],
    ['that holds quotes and backslashes', '{"\\"\\\\":1,"\\"\\\\":2}'],
    ['that is empty', '{"":1,"":2}'],
    ['that is called __proto__', '{"__proto__":1,"__proto__":2}'],
  ])('refuses a key twice %s', (_case, text) => {
    expect(codeOf(() => parseObject(text, 'file'))).toBe('field-repeated');
  });

  it.each([
    ['{"a":{"a":{"a":1}},"b":{"a":1}}'],
    ['{"a":["a","a",{"a":"a"},{"a":"a"}],"b":"a"}'],
    ['{"a":"\\"a\\":1,\\"a\\":2","b":"{\\"b\\":"}'],
    ['{"o":[[],{}],"p":[{},[]],"q":{}}'],
  ])('does not mistake other repetitions for a key twice: %s', (text) => {
    expect(parseObject(text, 'file')).toEqual(JSON.parse(text));
  });
});

describe('typed values', () => {
  it('lets through what has the type', () => {
    expect(asObject({ a: 1 }, 'f')).toEqual({ a: 1 });
    expect(asArray([1], 'f')).toEqual([1]);
    expect(asString('x', 'f')).toBe('x');
    expect(asNumber(3, 'f')).toBe(3);
    expect([...asBytes('00fF', 2, 'f')]).toEqual([0, 255]);
  });

  it('refuses other types by name', () => {
    expect(() => asObject([], 'f')).toThrow('f: expected a JSON object, found an array.');
    expect(() => asArray({}, 'f')).toThrow('f: expected a JSON array, found an object.');
    expect(() => asString(1, 'f')).toThrow('f: expected a string, found a number.');
    expect(() => asNumber(null, 'f')).toThrow('f: expected a number, found null.');
  });

  it('refuses hexadecimal of another length or with other characters', () => {
    expect(codeOf(() => asBytes('00f', 2, 'f'))).toBe('bad-length');
    expect(codeOf(() => asBytes('00ff00', 2, 'f'))).toBe('bad-length');
    expect(codeOf(() => asBytes('00fg', 2, 'f'))).toBe('bad-hex');
    expect(codeOf(() => asBytes('0x00', 2, 'f'))).toBe('bad-hex');
  });
});

describe('checkFields', () => {
  it('wants the required ones, lets the optional ones be, and names any other', () => {
    checkFields({ a: 1 }, 'f', ['a'], ['b']);
    checkFields({ a: 1, b: 2 }, 'f', ['a'], ['b']);
    expect(() => {
      checkFields({ b: 2 }, 'f', ['a'], ['b']);
    }).toThrow('f.a: this field is missing.');
    expect(() => {
      checkFields({ a: 1, c: 2 }, 'f', ['a'], ['b']);
    }).toThrow('f: unknown field "c". Expected a, b.');
    expect(
      codeOf(() => {
        checkFields(parseObject('{"a":1,"__proto__":2}', 'f'), 'f', ['a']);
      }),
    ).toBe('field-unknown');
    // Inherited names are not fields.
    expect(
      codeOf(() => {
        checkFields({}, 'f', ['toString']);
      }),
    ).toBe('field-missing');
  });
});

describe('what an error may show', () => {
  it('shows short plain names and small numbers only', () => {
    expect(showName('FROST(Pallas, BLAKE2b-512)')).toBe('"FROST(Pallas, BLAKE2b-512)"');
    expect(showName('c0ffee'.repeat(10))).toBe('a text of 60 characters (not shown)');
    expect(showName('line\nbreak')).toBe('a text of 10 characters (not shown)');
    expect(showNumber(65536)).toBe('65536');
    expect(showNumber(2 ** 250)).toBe('a number too large to show');
  });
});
