import fc from 'fast-check';
import {
  escapeText,
  renderCode,
  renderFence,
  renderList,
  renderTable,
  stripControls,
} from '../../src/markdown.ts';

function decode(markdown: string): string {
  return markdown.replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
}

const foreign = fc.oneof(
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc
    .array(fc.constantFrom('`', '|', '<b>', '\n', '[x](y)', '*', '\\', '&amp;', '::', '\u001b[31m'))
    .map((all) => all.join('')),
);

test('no character of foreign text is left that Markdown or HTML would read', () => {
  fc.assert(
    fc.property(foreign, (text) => {
      expect(escapeText(text).replace(/&#\d+;/g, '')).not.toMatch(/[\\`*_[\]<>|~&@$\n\r]/);
    }),
  );
});

test('what is shown is what was said, on one line', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]{0,200}$/), (text) => {
      expect(decode(escapeText(text))).toBe(text.replace(/\s+/g, ' ').trim());
    }),
  );
});

test.each([
  ['a | b', 'a &#124; b'],
  ['<img src=x>', '&#60;img src=x&#62;'],
  ['see https://evil.example', 'see https&#58;//evil.example'],
  ['www.evil.example', 'www&#46;evil.example'],
  ['@octocat', '&#64;octocat'],
  [':tada:', '&#58;tada:'],
  ['two\r\nlines', 'two lines'],
])('%j is written as %j', (text, expected) => {
  expect(escapeText(text)).toBe(expected);
});

test('an ARN in code stays readable', () => {
  expect(renderCode('arn:aws:ecs:eu-central-1:1:service/default/web')).toBe(
    '<code>arn:aws:ecs:eu-central-1:1:service/default/web</code>',
  );
});

test('a long text is cut, and says so', () => {
  expect(escapeText('x'.repeat(600))).toBe(`${'x'.repeat(299)}…`);
});

test('no line inside a fence can close it', () => {
  fc.assert(
    fc.property(fc.array(foreign), (lines) => {
      const [open, ...rest] = renderFence(lines);
      const close = rest.pop();
      expect(open).toBe(`${close}text`);
      for (const line of rest) expect(line).not.toContain(close);
    }),
  );
});

test('colours and control characters are taken out of a log, tabs are not', () => {
  expect(stripControls('\u001b[1;31mred\u001b[0m\tend\u0007\u0000')).toBe('red\tend');
});

test('a table without rows is nothing, and a long one says how much is left', () => {
  expect(renderTable({ head: ['A'], rows: [], maxRows: 1 })).toEqual([]);
  expect(renderTable({ head: ['A'], rows: [['1'], ['2'], ['3']], maxRows: 1 })).toEqual([
    '| A |',
    '| --- |',
    '| 1 |',
    '',
    '… and 2 more.',
  ]);
});

test('a long list says how much is left', () => {
  expect(renderList(['a', 'b', 'c'], 2)).toEqual(['- a', '- b', '- … and 1 more']);
});
