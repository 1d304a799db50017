import type { Chance } from './chance.ts';
import type { Change } from './mutation.ts';
import { NUMBERS, TEXTS } from './odd.ts';

/** A copy of `list` with one place changed: what stands there is replaced by what `change` gives. */
function changed(
  list: readonly Buffer[],
  chance: Chance,
  change: (piece: Buffer) => readonly Buffer[],
): Buffer[] {
  if (list.length === 0) return [];
  const at = chance.int(list.length);
  return list.flatMap((piece, index) => (index === at ? change(piece) : [piece]));
}

/** The same within the bytes of one piece: from a random place on, `drop` bytes go and `add` comes. */
function spliced(list: readonly Buffer[], chance: Chance, drop: number, add: Buffer): Buffer[] {
  return changed(list, chance, (piece) => {
    const at = chance.int(piece.length + 1);
    return [Buffer.concat([piece.subarray(0, at), add, piece.subarray(at + drop)])];
  });
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Changes of lines, chunks and single bytes. */
export const PIECES_MUTATIONS: Readonly<Record<string, Change<Buffer[]>>> = {
  'a piece less': (pieces, chance) => changed(pieces, chance, () => []),
  'a piece twice': (pieces, chance) => changed(pieces, chance, (piece) => [piece, piece]),
  'two pieces swapped': (pieces, chance) => {
    const all = [...pieces];
    const [a, b] = [chance.int(all.length), chance.int(all.length)];
    [all[a], all[b]] = [all[b] ?? Buffer.alloc(0), all[a] ?? Buffer.alloc(0)];
    return all;
  },
  'a piece of numbers': (pieces, chance) =>
    changed(pieces, chance, () => [latin(`${chance.pick(NUMBERS)}\r\n`)]),
  'another chunk size': (pieces, chance) => {
    const sizes = pieces.flatMap((piece, index) =>
      /^[\da-f]+(?:;a=b)?\r\n$/i.test(piece.toString('latin1')) ? [index] : [],
    );
    const at = chance.pick(sizes);
    const line = latin(
      chance.pick([
        ...NUMBERS,
        'ffffffff',
        'fffffffffffffffff',
        '5 ',
        ' 5',
        '5;',
        '5;\n',
        '-5',
        'g',
        '5\n5',
        '5\x00',
      ]),
    );
    return pieces.map((piece, index) =>
      index === at ? Buffer.concat([line, latin('\r\n')]) : piece,
    );
  },
  'another line end': (pieces, chance) =>
    changed(pieces, chance, (piece) => {
      const end = chance.pick([
        '\n',
        '\r',
        '',
        '\r\r\n',
        '\n\r',
        ' \r\n',
        '\r\n ',
        '\x00\r\n',
        '\r\n\r\n',
      ]);
      return [latin(piece.toString('latin1').replace(/\r\n$/, end))];
    }),
  'a line of its own': (pieces, chance) =>
    changed(pieces, chance, (piece) => {
      const line = chance.pick([
        'no colon',
        ': no name',
        'blank : 1',
        ' folded',
        '\tfolded',
        'a\x00b: 1',
        'X: \x01',
        'Content-Length : 3',
        '\r\n',
        '\xff: 1',
      ]);
      return [piece, latin(`${line}\r\n`)];
    }),
  'bytes cut off': (pieces, chance) => {
    const all = Buffer.concat(pieces);
    return [all.subarray(0, chance.int(all.length + 1))];
  },
  'bytes behind': (pieces, chance) => [
    ...pieces,
    chance.pick([
      latin('\r\n'),
      latin('x'),
      latin('{"desync":1}'),
      latin('HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"desync":1}'),
      ...pieces,
    ]),
  ],
  'bytes lost': (pieces, chance) => spliced(pieces, chance, 1 + chance.size(40), Buffer.alloc(0)),
  'bytes inserted': (pieces, chance) =>
    spliced(pieces, chance, 0, latin(chance.pick([...TEXTS, ...NUMBERS]))),
  'a byte changed': (pieces, chance) => spliced(pieces, chance, 1, Buffer.of(chance.int(256))),
  'a control byte': (pieces, chance) =>
    spliced(pieces, chance, chance.int(2), Buffer.of(chance.int(33))),
  'a bit changed': (pieces, chance) =>
    changed(pieces, chance, (piece) => {
      const copy = Buffer.from(piece);
      if (copy.length > 0) copy[chance.int(copy.length)]! ^= 1 << chance.int(8);
      return [copy];
    }),
};
